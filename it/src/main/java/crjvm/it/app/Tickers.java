package crjvm.it.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Tasks that repeat for as long as the application runs. */
final class Tickers {
  private static final long PERIOD_MS = 100;

  private final List<Ticker> all = new ArrayList<>();

  /** A repeating task. */
  private static final class Ticker {
    private final String name;
    private final long began = System.nanoTime();
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong longestGap = new AtomicLong();
    private long last = began;

    Ticker(String name) {
      this.name = name;
    }

    /** Counts ticks. Only one thread at a time may call it. */
    void tick(long times) {
      long now = System.nanoTime();
      longestGap.accumulateAndGet(now - last, Math::max);
      last = now;
      count.addAndGet(times);
    }
  }

  private Ticker add(String name) {
    Ticker ticker = new Ticker(name);
    all.add(ticker);
    return ticker;
  }

  void start() {
    ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, Tickers::daemon);
    Ticker rate = add("scheduleAtFixedRate");
    var unusedRate =
        executor.scheduleAtFixedRate(
            () -> rate.tick(1), PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    Ticker delay = add("scheduleWithFixedDelay");
    var unusedDelay =
        executor.scheduleWithFixedDelay(
            () -> delay.tick(1), PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    Ticker timer = add("Timer.schedule");
    new Timer("ticker", true)
        .schedule(
            new TimerTask() {
              @Override
              public void run() {
                timer.tick(1);
              }
            },
            PERIOD_MS,
            PERIOD_MS);
    startDescriptor();
  }

  private void startDescriptor() {
    Ticker ticker = add("timerfd");
    int timer = NativeWaits.openPeriodic(TimeUnit.MILLISECONDS.toNanos(PERIOD_MS));
    Exercise.check(timer >= 0, "there is no timerfd");
    daemon(
            () -> {
              while (true) {
                ticker.tick(NativeWaits.readPeriodic(timer));
              }
            })
        .start();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Returns a line for each task, with tabs between its fields: the ticks, the highest possible
   * number of ticks since its start, the longest time between two in nanoseconds, the name.
   */
  String report() {
    StringBuilder report = new StringBuilder();
    for (Ticker ticker : all) {
      long count = ticker.count.get(); // The count has to be read before the clock.
      long most = (System.nanoTime() - ticker.began) / TimeUnit.MILLISECONDS.toNanos(PERIOD_MS);
      report
          .append(count)
          .append('\t')
          .append(most)
          .append('\t')
          .append(ticker.longestGap.get())
          .append('\t')
          .append(ticker.name)
          .append('\n');
    }
    return report.toString();
  }
}
