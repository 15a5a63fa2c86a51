package crjvm.oci.artifact.block;

import crjvm.image.ImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.ToLongFunction;

/**
 * Processes several items at a time, such as layers. The delay of the network determines how many
 * of them have to be under way at once, and not the number of processors, because the threads wait
 * for answers most of the time.
 */
public final class BlockThreads {
  private static final int THREADS = 16;

  /** The memory that all of them may use, unless the heap is small. */
  private static final long MEMORY = 128L << 20;

  private static final int HEAP_SHARE = 4;
  private static final int KIB = 1 << 10;

  private BlockThreads() {}

  /** The work on one item. */
  public interface Work<T, R> {
    R run(T each) throws IOException, ImageException;
  }

  /**
   * Returns the results in the order of the items. The first failure ends the work.
   *
   * @param memory the number of bytes that the work on an item needs at most
   */
  public static <T, R> List<R> run(List<T> items, ToLongFunction<T> memory, Work<T, R> work)
      throws IOException, ImageException, InterruptedException {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "crjvm block");
              thread.setDaemon(true);
              return thread;
            });
    int all = (int) (Math.min(MEMORY, Runtime.getRuntime().maxMemory() / HEAP_SHARE) / KIB);
    Semaphore room = new Semaphore(all);
    try {
      List<Future<R>> futures = new ArrayList<>();
      for (T each : items) {
        int needed = (int) Math.min(all, memory.applyAsLong(each) / KIB + 1);
        futures.add(
            threads.submit(
                () -> {
                  room.acquire(needed);
                  try {
                    return work.run(each);
                  } finally {
                    room.release(needed);
                  }
                }));
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
