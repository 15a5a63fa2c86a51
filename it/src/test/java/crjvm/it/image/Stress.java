package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.RunningProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A run of the exercises that are hard on memory, at the same time and again and again: allocation,
 * forced collections, classes that come and go, threads, buffers, native blocks, forks. {@code
 * -Dcrjvm.it.stress.minutes=60} makes it longer.
 */
public final class Stress {
  private static final List<String> EXERCISES =
      List.of(
          "heap",
          "classes",
          "threads",
          "buffers",
          "native-code",
          "reallocations",
          "mappings",
          "children",
          "deoptimisation");

  private static final int CLIENTS = 4;

  private Stress() {}

  /**
   * Returns the time for each of several runs.
   *
   * @param runs the number of all runs
   */
  static Duration share(int runs) {
    double minutes = Double.parseDouble(System.getProperty("crjvm.it.stress.minutes", "1"));
    return Duration.ofMillis((long) (minutes * TimeUnit.MINUTES.toMillis(1) / runs));
  }

  /** Runs each exercise at least once, and goes on until the time is over. */
  public static void run(Checkpoint checkpoint, RunningProcess process, Duration time)
      throws Exception {
    AtomicInteger next = new AtomicInteger();
    long end = System.nanoTime() + time.toNanos();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<?>> results = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        results.add(
            clients.submit(
                () -> {
                  int turn = next.getAndIncrement();
                  while (turn < EXERCISES.size() || System.nanoTime() < end) {
                    exercise(checkpoint, EXERCISES.get(turn % EXERCISES.size()));
                    turn = next.getAndIncrement();
                  }
                  return null;
                }));
      }
      for (Future<?> result : results) {
        await(result, process);
      }
    } finally {
      clients.shutdownNow();
    }
    assertThat(process.isAlive()).as(process::describe).isTrue();
  }

  private static void exercise(Checkpoint checkpoint, String name) throws IOException {
    Http.Response response = Http.get(checkpoint.port(), "/exercise?name=" + name);
    if (response.status() != 200) {
      throw new IOException(name + ": " + response.body());
    }
  }

  private static void await(Future<?> result, RunningProcess process) throws InterruptedException {
    try {
      result.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause().getMessage() + "\n" + process.describe(), e);
    }
  }
}
