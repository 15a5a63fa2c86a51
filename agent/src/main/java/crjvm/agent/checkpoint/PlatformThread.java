package crjvm.agent.checkpoint;

import crjvm.agent.message.Failure;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The platform thread that runs the dump. A virtual thread depends on other threads, which carry it
 * and wake it up, and these stop while the gate is closed.
 */
final class PlatformThread {
  /** A task that needs a platform thread. */
  interface Task<T> {
    T run() throws Failure, InterruptedException;
  }

  private PlatformThread() {}

  /** Runs the task in this thread if it is a platform thread, or else in a new one. */
  static <T> T call(Task<T> task) throws Failure, InterruptedException {
    if (!isVirtual(Thread.currentThread())) {
      return task.run();
    }
    FutureTask<T> future = new FutureTask<>(task::run);
    Thread thread = new Thread(future, "crjvm checkpoint");
    thread.setDaemon(true);
    thread.start();
    try {
      return await(future);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      } else if (e.getCause() instanceof InterruptedException interruption) {
        throw interruption;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Waits for the result. An interrupt has to wait, because a dump can't be left alone once it has
   * begun.
   */
  private static <T> T await(FutureTask<T> future) throws ExecutionException {
    boolean isInterrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          isInterrupted = true;
        }
      }
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Does the same as {@code Thread.isVirtual}, which JDK 21 introduced. */
  private static boolean isVirtual(Thread thread) {
    return thread.getClass().getName().equals("java.lang.VirtualThread");
  }
}
