package crjvm.agent.session;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.crac.CheckpointException;
import crjvm.crac.RestoreException;
import java.util.Optional;

/**
 * The result of an attempt to make an image. It is reported on stderr, in the launcher's cache, and
 * to an application that has asked for the image.
 */
public final class Outcome {
  private final Optional<CacheEntry> entry;

  /**
   * @param entry the entry of the launcher's cache that the image belongs to
   */
  public Outcome(Optional<CacheEntry> entry) {
    this.entry = entry;
  }

  /** Reports that there is no image, for a reason in the options or in the environment. */
  public void refuse(Failure failure) {
    Console.report(failure);
    entry.ifPresent(each -> each.refuse(failure.getMessage()));
  }

  /** Reports that there is no image, for an unexpected reason. */
  void fail(Throwable e) {
    Console.say("checkpoint failed: " + e + "; set CRJVM_DEBUG=1 for more and report it");
    Console.trace(e);
    entry.ifPresent(each -> each.refuse("checkpoint failed: " + e));
  }

  /** Reports that the checkpoint's thread was interrupted. The thread stays interrupted. */
  void interrupt() {
    Thread.currentThread().interrupt();
    Console.say("checkpoint failed: its thread was interrupted; try another at=");
  }

  /** Reports that there is an image, but that callbacks of the application failed afterwards. */
  public static void reportCallbacks(RestoreException e) {
    for (Throwable each : e.getSuppressed()) {
      Console.say(
          "an afterRestore callback of the application failed: "
              + each
              + "; CRJVM_DEBUG=1 shows where");
      Console.trace(each);
    }
  }

  /** Translates a failure for the application. org.crac passes on suppressed exceptions only. */
  public static CheckpointException exception(Failure failure) {
    CheckpointException exception = new CheckpointException(failure.getMessage());
    for (Throwable each : failure.getSuppressed()) {
      exception.addSuppressed(each);
    }
    if (failure.getSuppressed().length == 0) {
      exception.addSuppressed(new IllegalStateException(failure.getMessage(), failure.getCause()));
    }
    return exception;
  }

  /** Translates an interrupt of the application's thread, which stays interrupted. */
  public static CheckpointException exception(InterruptedException e) {
    Thread.currentThread().interrupt();
    Failure failure =
        new Failure("checkpoint failed", "the thread was interrupted", "try again", e);
    failure.addSuppressed(e);
    for (Throwable each : e.getSuppressed()) {
      failure.addSuppressed(each);
    }
    return exception(failure);
  }
}
