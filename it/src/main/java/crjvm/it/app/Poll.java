package crjvm.it.app;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Polls until a condition is true, with a time limit. */
final class Poll {
  private static final long LIMIT_S = 60;
  private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(1);

  private Poll() {}

  /**
   * @param what completes the message "waited … s in vain for …"
   */
  static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
    while (!condition.getAsBoolean()) {
      Exercise.check(System.nanoTime() < deadline, "waited %d s in vain for %s", LIMIT_S, what);
      LockSupport.parkNanos(INTERVAL);
    }
  }
}
