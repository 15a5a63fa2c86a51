package crjvm.agent.session;

import crjvm.agent.message.Console;
import java.util.function.Supplier;

/** A thread that says every ten seconds what the agent waits for, after some first work. */
final class WaitReport {
  private static final int INTERVAL_S = 10;

  private Thread thread;
  private boolean isEnded;

  void begin(Supplier<String> what) {
    begin(() -> {}, what);
  }

  /**
   * Begins to report, unless the wait is over already. The first line comes after the first
   * interval.
   *
   * @param work the work of the thread before that, which may end the reports
   */
  synchronized void begin(Runnable work, Supplier<String> what) {
    if (isEnded) {
      return;
    }
    thread = new Thread(() -> report(work, what), "crjvm wait");
    thread.setDaemon(true);
    thread.start();
  }

  private void report(Runnable work, Supplier<String> what) {
    try {
      work.run();
      for (int seconds = INTERVAL_S; !awaitEnd(); seconds += INTERVAL_S) {
        Console.say("after " + seconds + " s still waiting for " + what.get());
      }
    } catch (InterruptedException e) {
      // Nobody wants more lines.
    }
  }

  /** Waits for the end, but no longer than an interval. Returns whether it has come. */
  private synchronized boolean awaitEnd() throws InterruptedException {
    long start = System.nanoTime();
    for (long left = INTERVAL_S * 1000L; !isEnded && left > 0; ) {
      wait(left);
      left = INTERVAL_S * 1000L - (System.nanoTime() - start) / 1_000_000;
    }
    return isEnded;
  }

  /**
   * Ends the thread, because a checkpoint may follow. The thread may call this itself; it ends then
   * when its work is done.
   */
  void end() {
    Thread ending = take();
    if (ending == null || ending == Thread.currentThread()) {
      return;
    }
    try {
      ending.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Returns the thread to the first caller only. If the thread itself was the first caller, it may
   * be waiting for a later caller, such as the shutdown hook.
   */
  private synchronized Thread take() {
    isEnded = true;
    notifyAll(); // an interrupt could be lost in the work
    Thread taken = thread;
    thread = null;
    return taken;
  }
}
