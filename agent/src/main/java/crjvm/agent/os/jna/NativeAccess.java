package crjvm.agent.os.jna;

import crjvm.agent.message.Failure;
import crjvm.agent.os.jdk.JdkModules;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.List;

/**
 * The access to the kernel and to the JDK's private parts, which is opened once and only when it is
 * needed.
 */
public final class NativeAccess {
  private final Path image;
  private boolean isOpen;

  /**
   * @param image the absolute path of the future image, whose parent is used if the temporary
   *     folder is unsuitable
   */
  public NativeAccess(Path image) {
    this.image = image;
  }

  /** Returns whether JNA has to be loaded before the application may load its own. */
  public static boolean mustOpenEarly() {
    return Jna.isMisled();
  }

  /**
   * Opens the access. A second call does nothing.
   *
   * @throws Failure JNA or this JDK does not allow it
   */
  public synchronized void open(Instrumentation instrumentation) throws Failure {
    if (isOpen) {
      return;
    }
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath();
    Jna.unpackInto(LibraryFolder.choose(List.of(temporary, image.resolveSibling(""))));
    try {
      JdkModules.open(instrumentation);
      JnaModule.define();
      Kernel.load();
      isOpen = true;
    } catch (RuntimeException | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new Failure(
          "checkpoint failed",
          "the JVM does not let crjvm call the C library (" + cause + ")",
          "set CRJVM_DEBUG=1 for more and report it",
          e);
    }
  }
}
