package crjvm.it.app;

import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Watches the clock from the first question on. One thread reads it all the time, so that a
 * checkpoint mostly finds that thread inside the vDSO. A timer ticks as well.
 */
final class ClockWatch {
  private static final long PERIOD_MS = 50;

  private final AtomicInteger ticks = new AtomicInteger();
  private volatile int backwards;
  private boolean started;

  /** Returns "NANOTIME WALL-CLOCK-MS STEPS-BACK TICKS". */
  synchronized String read() {
    if (!started) {
      started = true;
      start(this::watch);
      var unused =
          Executors.newSingleThreadScheduledExecutor(ClockWatch::daemon)
              .scheduleAtFixedRate(
                  ticks::incrementAndGet, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    }
    return System.nanoTime() + " " + System.currentTimeMillis() + " " + backwards + " " + ticks;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Only one thread writes.
  private void watch() {
    long last = System.nanoTime();
    while (true) {
      long now = System.nanoTime();
      if (now < last) {
        backwards++;
      }
      last = now;
    }
  }

  private static void start(Runnable work) {
    daemon(work).start();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "clock watch");
    thread.setDaemon(true);
    return thread;
  }
}
