package crjvm.image.archive.frame;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The threads that compress and decompress frames. */
final class FrameThreads implements AutoCloseable {
  private final ExecutorService pool;
  private final int count;

  FrameThreads(int count) {
    this.count = count;
    pool =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "crjvm frames");
              thread.setDaemon(true);
              return thread;
            });
  }

  int count() {
    return count;
  }

  Future<?> submit(Runnable task) {
    return pool.submit(task);
  }

  /** Waits for a task and throws the exception that the task has thrown. */
  static void await(Future<?> task) throws IOException {
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Waits until no task runs any more, because the caller then frees the memory that tasks use. */
  @Override
  public void close() {
    pool.shutdownNow();
    boolean isInterrupted = false;
    while (true) {
      try {
        if (pool.awaitTermination(1, TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
