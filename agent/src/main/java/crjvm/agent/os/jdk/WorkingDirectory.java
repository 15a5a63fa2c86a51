package crjvm.agent.os.jdk;

import crjvm.agent.os.process.NativeEncoding;
import java.io.File;
import java.util.Arrays;

/**
 * {@code user.dir} and its two caches. {@code java.io.UnixFileSystem.userDir} makes files absolute,
 * {@code sun.nio.fs.UnixFileSystem.defaultDirectory} makes paths absolute.
 */
public final class WorkingDirectory {
  private final Object fileSystem;
  private final MutableField userDir;
  private final Object pathSystem;
  private final MutableField defaultDirectory;
  private final MutableField mustResolve;

  public WorkingDirectory() throws ReflectiveOperationException {
    fileSystem = JdkInside.field(File.class, "FS", "fs").get(null); // up to JDK 20: fs
    userDir = JdkInside.mutableField(JdkInside.type("java.io.UnixFileSystem"), "userDir");
    Class<?> provider = JdkInside.type("sun.nio.fs.DefaultFileSystemProvider");
    pathSystem = JdkInside.method(provider, "theFileSystem").invoke(null);
    Class<?> type = JdkInside.type("sun.nio.fs.UnixFileSystem");
    defaultDirectory = JdkInside.mutableField(type, "defaultDirectory");
    mustResolve = JdkInside.mutableField(type, "needToResolveAgainstDefaultDirectory");
  }

  /**
   * Returns whether it differs from the process's own, because the JVM was started with -Duser.dir.
   */
  public boolean isExplicit() throws IllegalAccessException {
    return (Boolean) mustResolve.get(pathSystem);
  }

  /** Returns the directory of paths. */
  public byte[] path() throws IllegalAccessException {
    return (byte[]) defaultDirectory.get(pathSystem);
  }

  /** Returns the directory of files. */
  public String text() throws IllegalAccessException {
    return userDir.get(fileSystem).toString();
  }

  /**
   * Sets the directory in the JDK.
   *
   * @param actual the working directory of the process
   */
  public void set(byte[] wanted, byte[] actual) throws IllegalAccessException {
    String text = new String(wanted, NativeEncoding.CHARSET);
    System.setProperty("user.dir", text);
    userDir.set(fileSystem, text);
    defaultDirectory.set(pathSystem, wanted);
    mustResolve.set(pathSystem, !Arrays.equals(wanted, actual));
  }
}
