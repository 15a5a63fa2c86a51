package crjvm.agent.session;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.crac.CheckpointException;
import crjvm.crac.RestoreException;
import java.util.Optional;

/**
 * Tells how an attempt to make an image has ended: in a line on stderr, in the launcher's cache,
 * and to an application that has asked for the image.
 */
public final class Outcome {
  private final Optional<CacheEntry> entry;

  /**
   * @param entry of the launcher's cache, which the image is for
   */
  public Outcome(Optional<CacheEntry> entry) {
    this.entry = entry;
  }

  /** There is no image, for a reason that is in the options or in the environment. */
  public void refuse(Failure failure) {
    Console.report(failure);
    entry.ifPresent(each -> each.refuse(failure.getMessage()));
  }

  /** There is no image, and nobody has expected the reason. */
  void fail(Throwable e) {
    Console.say("checkpoint failed: " + e + "; set CRJVM_DEBUG=1 for more and report it");
    Console.trace(e);
    entry.ifPresent(each -> each.refuse("checkpoint failed: " + e));
  }

  /** Somebody has interrupted the thread of the checkpoint, which stays interrupted. */
  void interrupt() {
    Thread.currentThread().interrupt();
    Console.say("checkpoint failed: its thread was interrupted; try another at=");
  }

  /** There is an image, but the application's callbacks failed afterwards. */
  public static void reportCallbacks(RestoreException e) {
    for (Throwable each : e.getSuppressed()) {
      Console.say(
          "an afterRestore callback of the application failed: "
              + each
              + "; CRJVM_DEBUG=1 shows where");
      Console.trace(each);
    }
  }

  /** Translates for the application: org.crac hands on suppressed exceptions only. */
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

  /** Does the same where the application's thread was interrupted, which it stays. */
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
