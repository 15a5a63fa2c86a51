package crjvm.agent.os;

import crjvm.agent.message.Failure;
import java.lang.instrument.Instrumentation;

/** Opens the way to the kernel and to the JDK's inner parts: once, when it is needed. */
public final class NativeAccess {
  private boolean isOpen;

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
    try {
      JdkModules.open(instrumentation);
      Kernel.load();
      isOpen = true;
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new Failure(
          "checkpoint failed",
          "the JVM does not let crjvm call the C library (" + cause + ")",
          "see that \""
              + System.getProperty("java.io.tmpdir")
              + "\" can be written and is not mounted noexec",
          e);
    }
  }
}
