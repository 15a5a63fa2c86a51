package crjvm.agent.restore;

import crjvm.agent.os.Kernel;
import crjvm.agent.os.NativeEncoding;
import java.io.File;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * {@code user.dir} and its two caches: {@code java.io.UnixFileSystem.userDir} makes files absolute,
 * {@code sun.nio.fs.UnixFileSystem.defaultDirectory} paths. The process's own working directory is
 * the launcher's already.
 */
final class WorkingDirectoryStep implements RestoreStep {
  private final Object fileSystem;
  private final Field userDir;
  private final Object pathSystem;
  private final Field defaultDirectory;
  private final Field mustResolve;
  private final boolean isExplicit;

  WorkingDirectoryStep() throws ReflectiveOperationException {
    Field fs = fileSystemField();
    fs.setAccessible(true);
    fileSystem = fs.get(null);
    userDir = field(Class.forName("java.io.UnixFileSystem"), "userDir");
    Class<?> provider = Class.forName("sun.nio.fs.DefaultFileSystemProvider");
    var theFileSystem = provider.getDeclaredMethod("theFileSystem");
    theFileSystem.setAccessible(true);
    pathSystem = theFileSystem.invoke(null);
    Class<?> type = Class.forName("sun.nio.fs.UnixFileSystem");
    defaultDirectory = field(type, "defaultDirectory");
    mustResolve = field(type, "needToResolveAgainstDefaultDirectory");
    isExplicit = mustResolve.getBoolean(pathSystem); // the JVM was started with -Duser.dir
  }

  private static Field fileSystemField() throws NoSuchFieldException {
    try {
      return File.class.getDeclaredField("FS"); // since JDK 21
    } catch (NoSuchFieldException e) {
      return File.class.getDeclaredField("fs");
    }
  }

  private static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  @Override
  public String name() {
    return "working directory";
  }

  @Override
  public Supplier<String> apply(RestoreRequest request) throws IllegalAccessException {
    byte[] actual = Kernel.workingDirectory();
    byte[] wanted = isExplicit ? (byte[]) defaultDirectory.get(pathSystem) : actual;
    for (String property : request.properties()) {
      if (property.startsWith("user.dir=")) {
        wanted = property.substring("user.dir=".length()).getBytes(NativeEncoding.CHARSET);
      }
    }
    if (wanted == null) {
      return NOTHING; // it was deleted, or lies outside of this root: nothing better to say than
      // before
    }
    String text = new String(wanted, NativeEncoding.CHARSET);
    String before = userDir.get(fileSystem).toString();
    System.setProperty("user.dir", text);
    userDir.set(fileSystem, text);
    defaultDirectory.set(pathSystem, wanted);
    mustResolve.setBoolean(pathSystem, !Arrays.equals(wanted, actual));
    return text.equals(before) ? NOTHING : () -> before + " -> " + text;
  }
}
