package crjvm.agent.session;

import crjvm.agent.message.Console;
import java.util.function.Supplier;

/** A thread that says every ten seconds what the agent waits for, after some first work. */
final class WaitReport {
  private static final int INTERVAL_MS = 10_000;

  private Thread thread;

  void begin(Supplier<String> what) {
    begin(() -> {}, what);
  }

  /**
   * Begins to report. The first line comes after the first interval.
   *
   * @param work the work of the thread before that, which may end the reports
   */
  synchronized void begin(Runnable work, Supplier<String> what) {
    thread = new Thread(() -> report(work, what), "crjvm wait");
    thread.setDaemon(true);
    thread.start();
  }

  private static void report(Runnable work, Supplier<String> what) {
    try {
      work.run();
      for (int seconds = INTERVAL_MS / 1000; ; seconds += INTERVAL_MS / 1000) {
        Thread.sleep(INTERVAL_MS);
        Console.say("after " + seconds + " s still waiting for " + what.get());
      }
    } catch (InterruptedException e) {
      // The wait is over.
    }
  }

  /**
   * Ends the thread, because a checkpoint may follow. The thread may call this itself; it ends then
   * when its work is done.
   */
  void end() {
    Thread ending = take();
    if (ending == null) {
      return;
    }
    ending.interrupt();
    if (ending == Thread.currentThread()) {
      return;
    }
    try {
      ending.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the thread to the first caller only: it may be waiting for another one here. */
  private synchronized Thread take() {
    Thread taken = thread;
    thread = null;
    return taken;
  }
}
