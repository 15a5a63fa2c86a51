package crjvm.agent.os;

import java.io.File;
import java.lang.reflect.Field;
import java.util.Arrays;

/**
 * {@code user.dir} and its two caches: {@code java.io.UnixFileSystem.userDir} makes files absolute,
 * {@code sun.nio.fs.UnixFileSystem.defaultDirectory} paths.
 */
public final class WorkingDirectory {
  private final Object fileSystem;
  private final MutableField userDir;
  private final Object pathSystem;
  private final MutableField defaultDirectory;
  private final MutableField mustResolve;

  public WorkingDirectory() throws ReflectiveOperationException {
    Field fs = fileSystemField();
    fs.setAccessible(true);
    fileSystem = fs.get(null);
    userDir = new MutableField(Class.forName("java.io.UnixFileSystem"), "userDir");
    Class<?> provider = Class.forName("sun.nio.fs.DefaultFileSystemProvider");
    var theFileSystem = provider.getDeclaredMethod("theFileSystem");
    theFileSystem.setAccessible(true);
    pathSystem = theFileSystem.invoke(null);
    Class<?> type = Class.forName("sun.nio.fs.UnixFileSystem");
    defaultDirectory = new MutableField(type, "defaultDirectory");
    mustResolve = new MutableField(type, "needToResolveAgainstDefaultDirectory");
  }

  private static Field fileSystemField() throws NoSuchFieldException {
    try {
      return File.class.getDeclaredField("FS"); // since JDK 21
    } catch (NoSuchFieldException e) {
      return File.class.getDeclaredField("fs");
    }
  }

  /** Whether it is another one than the process's own: the JVM was started with -Duser.dir. */
  public boolean isExplicit() throws IllegalAccessException {
    return (Boolean) mustResolve.get(pathSystem);
  }

  /** As paths see it. */
  public byte[] path() throws IllegalAccessException {
    return (byte[]) defaultDirectory.get(pathSystem);
  }

  /** As files see it. */
  public String text() throws IllegalAccessException {
    return userDir.get(fileSystem).toString();
  }

  /**
   * Tells the JDK.
   *
   * @param actual the process's own
   */
  public void set(byte[] wanted, byte[] actual) throws IllegalAccessException {
    String text = new String(wanted, NativeEncoding.CHARSET);
    System.setProperty("user.dir", text);
    userDir.set(fileSystem, text);
    defaultDirectory.set(pathSystem, wanted);
    mustResolve.set(pathSystem, !Arrays.equals(wanted, actual));
  }
}
