package crjvm.oci.artifact;

import crjvm.image.ImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Processes several blocks at a time. A registry answers a single request slowly and many requests
 * at once.
 */
final class BlockThreads {
  private static final int THREADS = 4;

  private BlockThreads() {}

  /** The work on one block. */
  interface Work<T, R> {
    R run(T each) throws IOException, ImageException;
  }

  /** Returns the results in the order of the items. The first failure ends the work. */
  static <T, R> List<R> run(List<T> items, Work<T, R> work)
      throws IOException, ImageException, InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "crjvm block");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<R>> futures = new ArrayList<>();
      for (T each : items) {
        futures.add(threads.submit(() -> work.run(each)));
      }
      List<R> results = new ArrayList<>();
      for (Future<R> each : futures) {
        results.add(each.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      } else if (e.getCause() instanceof ImageException failure) {
        throw failure;
      } else if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }
}
