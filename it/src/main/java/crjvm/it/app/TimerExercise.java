package crjvm.it.app;

import java.nio.channels.Selector;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Timers and timed waits, both from before the checkpoint and new. They must neither be stuck nor
 * catch up.
 */
final class TimerExercise implements Exercise {
  private static final long PERIOD_MS = 50;
  private static final long WINDOW_MS = 1_000;

  /**
   * The longest pause that the clock may show: the time for a checkpoint and a restore on a busy
   * machine.
   */
  private static final long LONGEST_GAP_MS = 20_000;

  private final AtomicInteger scheduled = new AtomicInteger();
  private final AtomicInteger slept = new AtomicInteger();
  private final AtomicInteger timed = new AtomicInteger();
  private final AtomicLong lastTick = new AtomicLong();
  private final AtomicLong longestGap = new AtomicLong();

  private interface Wait {
    void run() throws Exception;
  }

  @Override
  public void prepare() {
    lastTick.set(System.nanoTime());
    ScheduledExecutorService executor =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "ticker");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        executor.scheduleAtFixedRate(this::tick, PERIOD_MS, PERIOD_MS, TimeUnit.MILLISECONDS);
    Thread sleeper = new Thread(this::sleep, "sleeper");
    sleeper.setDaemon(true);
    sleeper.start();
    new java.util.Timer("timer", true)
        .scheduleAtFixedRate(
            new java.util.TimerTask() {
              @Override
              public void run() {
                timed.incrementAndGet();
              }
            },
            PERIOD_MS,
            PERIOD_MS);
  }

  private void tick() {
    long now = System.nanoTime();
    longestGap.accumulateAndGet(now - lastTick.getAndSet(now), Math::max);
    scheduled.incrementAndGet();
  }

  private void sleep() {
    try {
      while (true) {
        Thread.sleep(PERIOD_MS);
        slept.incrementAndGet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String run() throws Exception {
    int scheduledBefore = scheduled.get();
    int sleptBefore = slept.get();
    int timedBefore = timed.get();
    long begin = System.nanoTime();
    Thread.sleep(WINDOW_MS);
    checkCount("scheduled executor", scheduled, scheduledBefore, begin);
    checkCount("sleeping thread", slept, sleptBefore, begin);
    // java.util.Timer uses the wall clock and may catch up, but it must not be stuck.
    Poll.until("java.util.Timer", () -> timed.get() > timedBefore);
    long gap = TimeUnit.NANOSECONDS.toMillis(longestGap.get());
    Exercise.check(gap < LONGEST_GAP_MS, "nanoTime leapt by %d ms", gap);

    ReentrantLock lock = new ReentrantLock();
    Object monitor = new Object();
    check("Thread.sleep", () -> Thread.sleep(60));
    forgetPermit();
    check("parkNanos", () -> LockSupport.parkNanos(60_000_000));
    check("Object.wait", () -> waitOn(monitor));
    check("Condition.await", () -> await(lock));
    check("poll", () -> new ArrayBlockingQueue<>(1).poll(60, TimeUnit.MILLISECONDS));
    check("Selector.select", TimerExercise::select);
    check("join", () -> Thread.currentThread().join(60));
    return "longest gap " + gap + " ms";
  }

  /**
   * Uses up a permit that the server, whose thread this is, may have left behind. With it the
   * thread would not park.
   */
  private static void forgetPermit() {
    LockSupport.unpark(Thread.currentThread());
    LockSupport.park();
  }

  @SuppressWarnings({"WaitNotInLoop", "NullAway"})
  private static void waitOn(Object monitor) throws InterruptedException {
    synchronized (monitor) {
      monitor.wait(60);
    }
  }

  @SuppressWarnings("WaitNotInLoop")
  private static void await(ReentrantLock lock) throws InterruptedException {
    lock.lock();
    try {
      boolean signalled = lock.newCondition().await(60, TimeUnit.MILLISECONDS);
      Exercise.check(!signalled, "a condition was signalled by nobody");
    } finally {
      lock.unlock();
    }
  }

  private static void select() throws java.io.IOException {
    try (Selector selector = Selector.open()) {
      selector.select(60);
    }
  }

  /**
   * Checks that a task has run for a part of the window at least, and not much more often than time
   * allowed.
   */
  private static void checkCount(String what, AtomicInteger counter, int before, long begin) {
    Poll.until(what, () -> counter.get() - before >= WINDOW_MS / PERIOD_MS / 4);
    int count = counter.get() - before;
    long expected = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) / PERIOD_MS;
    Exercise.check(
        count <= expected * 2, "the %s ran %d times instead of about %d", what, count, expected);
  }

  private static void check(String what, Wait wait) throws Exception {
    long start = System.nanoTime();
    wait.run();
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    Exercise.check(took >= 50 && took < LONGEST_GAP_MS, "%s for 60 ms took %d ms", what, took);
  }
}
