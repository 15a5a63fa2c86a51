package crjvm.agent.os;

import crjvm.agent.message.Failure;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.List;

/** Opens the way to the kernel and to the JDK's inner parts: once, when it is needed. */
public final class NativeAccess {
  private final Path image;
  private boolean isOpen;

  /**
   * @param image where the image is to be, absolute: its parent stands in for a temporary folder
   *     that is of no use
   */
  public NativeAccess(Path image) {
    this.image = image;
  }

  /** Whether JNA has to be loaded before the application has a chance to load its own. */
  public static boolean mustOpenEarly() {
    return Jna.isMisled();
  }

  /**
   * Does nothing the second time.
   *
   * @throws Failure JNA or this JDK does not let us
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
