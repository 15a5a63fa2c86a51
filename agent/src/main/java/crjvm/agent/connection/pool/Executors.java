package crjvm.agent.connection.pool;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The single threads of pools that open or close connections one after the other. */
final class Executors {
  private static final long LIMIT_MS = 1000;

  private Executors() {}

  /** Waits until the thread has done all present tasks, for a limited time. */
  static void awaitTasks(ExecutorService executor) throws InterruptedException, ExecutionException {
    if (executor.isShutdown()) {
      return; // It may drop tasks silently.
    }
    try {
      executor.submit(() -> {}).get(LIMIT_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | RejectedExecutionException e) {
      // The executor is busy, or is just shutting down. Connections that stay open are reported.
    }
  }
}
