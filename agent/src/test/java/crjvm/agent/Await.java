package crjvm.agent;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Polls until something is so, with a time limit. By the calling thread's own clock: JUnit's time
 * limit comes from a thread that may be stopped, too.
 */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration INTERVAL = Duration.ofMillis(1);

  private Await() {}

  /**
   * Fails when it is not so in the end.
   *
   * @param what completes "in vain waited for …"
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
