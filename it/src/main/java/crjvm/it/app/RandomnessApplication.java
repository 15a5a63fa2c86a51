package crjvm.it.app;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Asks for random numbers in several threads all the time, also while the checkpoint is made. In a
 * restored process the threads write the first numbers that they get to the file in the system
 * property {@code crjvm.it.values}. Then the application ends.
 */
public final class RandomnessApplication {
  private static final int THREADS = 8;

  private RandomnessApplication() {}

  /**
   * Detects the restore by the system property, which comes with it. Compiled code may contain the
   * old process id.
   */
  public static void main(String[] args) throws Exception {
    TlsSessions sessions = TlsSessions.open(System.getProperty("crjvm.it.keystore"));
    List<FutureTask<Map<String, long[]>>> tasks = new ArrayList<>();
    CountDownLatch warm = new CountDownLatch(THREADS);
    for (int i = 0; i < THREADS; i++) {
      int first = i;
      FutureTask<Map<String, long[]>> task = new FutureTask<>(() -> hammer(first, warm));
      tasks.add(task);
      new Thread(task, "hammer " + i).start();
    }
    warm.await();
    Method checkpoint = Class.forName("crjvm.Crjvm").getMethod("checkpoint");
    checkpoint.invoke(null);
    write(Path.of(System.getProperty("crjvm.it.values")), tasks);
    if (Boolean.getBoolean("crjvm.it.tls")) { // Two copies can't use the port at the same time.
      System.out.println("TLS session resumed: " + sessions.isResumed());
    }
    System.exit(0);
  }

  /** Asks all generators in turn. Each thread begins with a different one. */
  private static Map<String, long[]> hammer(int first, CountDownLatch warm) throws Exception {
    Map<String, RandomSources.Source> sources = new LinkedHashMap<>(RandomSources.selfSeeded());
    Map<String, RandomSources.Source> seeded = RandomSources.seeded();
    sources.putAll(seeded);
    Map<String, Integer> asked = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(sources.keySet());
    java.util.Collections.rotate(names, first * names.size() / THREADS);
    for (int round = 0; !RandomSources.isRestored(); round++) {
      for (int i = 0; i < names.size() && !RandomSources.isRestored(); i++) {
        sources.get(names.get(i)).numbers().next();
        asked.merge(names.get(i), 1, Integer::sum);
      }
      if (round == 3) {
        warm.countDown();
      }
    }
    Map<String, long[]> values = new LinkedHashMap<>();
    for (String name : names) {
      RandomSources.Source source = sources.get(name);
      long[] numbers = new long[source.count()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = source.numbers().next();
      }
      values.put(name, numbers);
    }
    for (String name : seeded.keySet()) {
      checkSequence(name, asked.getOrDefault(name, 0), values.get(name));
    }
    return values;
  }

  /** Checks that a generator which the application has seeded continues its sequence. */
  private static void checkSequence(String name, int asked, long[] values) throws Exception {
    RandomSources.Numbers again = RandomSources.seeded().get(name).numbers();
    for (int i = 0; i < asked; i++) {
      again.next();
    }
    for (int i = 0; i < values.length; i++) {
      if (again.next() != values[i]) {
        throw new IllegalStateException(
            name + " does not go on as before: number " + i + " after " + asked);
      }
    }
  }

  private static void write(Path file, List<FutureTask<Map<String, long[]>>> tasks)
      throws IOException, InterruptedException, ExecutionException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (FutureTask<Map<String, long[]>> task : tasks) {
        for (Map.Entry<String, long[]> entry : task.get().entrySet()) {
          out.writeUTF(entry.getKey());
          out.writeInt(entry.getValue().length);
          for (long value : entry.getValue()) {
            out.writeLong(value);
          }
        }
      }
    }
  }
}
