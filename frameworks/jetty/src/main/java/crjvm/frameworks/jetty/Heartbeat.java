package crjvm.frameworks.jetty;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A task that runs at a fixed rate. */
final class Heartbeat {
  private static final long PERIOD_MS = 20;

  private final AtomicLong beats = new AtomicLong();

  private Heartbeat() {}

  static Heartbeat start(ScheduledExecutorService executor) {
    Heartbeat heartbeat = new Heartbeat();
    executor.scheduleAtFixedRate(
        heartbeat.beats::incrementAndGet, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    return heartbeat;
  }

  long beats() {
    return beats.get();
  }
}
