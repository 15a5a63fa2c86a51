package crjvm.agent;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A poll until a condition is true, with a time limit by the calling thread's own clock. The thread
 * of JUnit's time limit may be stopped, too.
 */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofMillis(1);

  private Await() {}

  /**
   * Waits, and fails if the condition is not true in the end.
   *
   * @param what the end of the message, which begins with "waited … in vain for"
   */
  public static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited " + LIMIT.toSeconds() + " s in vain for " + what);
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }
}
