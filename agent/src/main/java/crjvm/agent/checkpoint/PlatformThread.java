package crjvm.agent.checkpoint;

import crjvm.agent.message.Failure;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Where the moment of the dump has to happen. A virtual thread depends on others, which carry it
 * and wake it up, and they stop while the gate is closed.
 */
final class PlatformThread {
  /** What has to be done there. */
  interface Task<T> {
    T run() throws Failure, InterruptedException;
  }

  private PlatformThread() {}

  /** Runs it in this thread if it is one, else in a new one. */
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

  /** A dump that has begun can't be left alone: an interrupt has to wait. */
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

  /** {@code Thread.isVirtual}, which came with JDK 21. */
  private static boolean isVirtual(Thread thread) {
    return thread.getClass().getName().equals("java.lang.VirtualThread");
  }
}
