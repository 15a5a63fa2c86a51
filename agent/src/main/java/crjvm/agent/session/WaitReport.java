package crjvm.agent.session;

import crjvm.agent.message.Console;
import java.util.function.Supplier;

/** A thread that says every ten seconds what the agent waits for. */
final class WaitReport {
  private static final int INTERVAL_MS = 10_000;

  private Thread thread;

  /** Begins to report. The first line comes after the first interval. */
  synchronized void begin(Supplier<String> what) {
    thread = new Thread(() -> report(what), "crjvm wait");
    thread.setDaemon(true);
    thread.start();
  }

  private static void report(Supplier<String> what) {
    try {
      for (int seconds = INTERVAL_MS / 1000; ; seconds += INTERVAL_MS / 1000) {
        Thread.sleep(INTERVAL_MS);
        Console.say("after " + seconds + " s still waiting for " + what.get());
      }
    } catch (InterruptedException e) {
      // The wait is over.
    }
  }

  /** Ends the thread, because a checkpoint may follow. */
  synchronized void end() {
    if (thread == null || thread == Thread.currentThread()) {
      return;
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread = null;
  }
}
