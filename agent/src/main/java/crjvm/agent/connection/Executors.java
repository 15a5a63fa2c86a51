package crjvm.agent.connection;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads of a pool's that open or close connections, one after the other. */
final class Executors {
  private static final long LIMIT_MS = 1000;

  private Executors() {}

  /** Waits until the one thread has done what it had to do by now; not for ever. */
  static void awaitTasks(ExecutorService executor) throws InterruptedException, ExecutionException {
    if (executor.isShutdown()) {
      return; // may drop tasks without a word
    }
    try {
      executor.submit(() -> {}).get(LIMIT_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RejectedExecutionException e) {
      // Busy, or shut down right now: what remains open is told of.
    }
  }
}
