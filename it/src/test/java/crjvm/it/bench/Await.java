package crjvm.it.bench;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Polls until a condition is true, with a time limit. */
public final class Await {
  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(10);

  private Await() {}

  /** A condition that may throw an exception while the answer is not there yet. */
  public interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * @param what completes the message "waited … s in vain for …"
   * @param details is called when time is up
   */
  public static void until(
      Duration limit, String what, Condition condition, Supplier<String> details) {
    long deadline = System.nanoTime() + limit.toNanos();
    Exception last = null;
    while (System.nanoTime() < deadline) {
      try {
        if (condition.holds()) {
          return;
        }
      } catch (Exception e) {
        last = e;
      }
      LockSupport.parkNanos(INTERVAL);
    }
    throw new AssertionError(
        "waited " + limit.toSeconds() + " s in vain for " + what + "\n" + details.get(), last);
  }

  public static void until(Duration limit, String what, Condition condition) {
    until(limit, what, condition, () -> "");
  }

  /** Checks for some time that a condition stays true. It is for events that must not happen. */
  public static void assertLasts(
      Duration time, String what, Condition condition, Supplier<String> details) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      if (!condition.holds()) {
        throw new AssertionError(what + " does not last\n" + details.get());
      }
      LockSupport.parkNanos(INTERVAL);
    }
  }
}
