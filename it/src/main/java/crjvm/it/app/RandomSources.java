package crjvm.it.app;

import java.io.File;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** All sources of random values in the JDK, as 64-bit numbers. An object is for one thread only. */
final class RandomSources {
  static final List<String> ALGORITHMS =
      List.of(
          "L32X64MixRandom",
          "L64X128MixRandom",
          "L64X128StarStarRandom",
          "L64X256MixRandom",
          "L64X1024MixRandom",
          "L128X128MixRandom",
          "L128X256MixRandom",
          "L128X1024MixRandom",
          "Xoroshiro128PlusPlus",
          "Xoshiro256PlusPlus");

  private static final int USUAL = 10_000;
  private static final int SLOW = 300;
  private static final int VIRTUAL_THREADS = 21;

  /**
   * A way to get random numbers.
   *
   * @param count how many numbers the test takes, so that it does not last too long
   */
  record Source(Numbers numbers, int count) {}

  interface Numbers {
    long next() throws Exception;
  }

  private final Map<String, Source> sources = new LinkedHashMap<>();

  private RandomSources() {}

  /** Returns the sources that the JDK seeds. */
  static Map<String, Source> selfSeeded() throws Exception {
    RandomSources all = new RandomSources();
    all.addRandoms();
    all.addSplittables();
    for (String name : ALGORITHMS) {
      all.addAlgorithm(name);
    }
    all.addSecure();
    all.addThreads();
    all.addOthers();
    return all.sources;
  }

  /** Returns the sources that the application seeds, always with the same seed. */
  static Map<String, Source> seeded() throws Exception {
    RandomSources all = new RandomSources();
    all.add("Random(42)", new Random(42)::nextLong);
    Random later = new Random();
    later.setSeed(42);
    all.add("Random, setSeed(42)", later::nextLong);
    all.add("SplittableRandom(42)", new SplittableRandom(42)::nextLong);
    all.add("SplittableRandom(42).split()", new SplittableRandom(42).split()::nextLong);
    for (String name : ALGORITHMS) {
      RandomGenerator generator = java.util.random.RandomGeneratorFactory.of(name).create(42);
      all.add(name + "(42)", generator::nextLong);
    }
    SecureRandom sha1 = SecureRandom.getInstance("SHA1PRNG");
    sha1.setSeed(42);
    all.add("SHA1PRNG, setSeed(42)", sha1::nextLong);
    return all.sources;
  }

  private void add(String name, Numbers numbers) {
    sources.put(name, new Source(numbers, USUAL));
  }

  private void addSlow(String name, Numbers numbers) {
    sources.put(name, new Source(numbers, SLOW));
  }

  private void addRandoms() {
    add("Math.random", () -> Double.doubleToLongBits(Math.random()));
    add("Random", new Random()::nextLong);
    Random gaussian = new Random();
    add("Random.nextGaussian", () -> Double.doubleToLongBits(gaussian.nextGaussian()));
    add("subclass of Random", new Mixed()::nextLong);
    add("new Random", () -> new Random().nextLong());
  }

  /** A generator with a state of its own, like those of some libraries. */
  private static final class Mixed extends Random {
    private static final long serialVersionUID = 1;
    private long state;

    @Override
    public synchronized void setSeed(long seed) {
      super.setSeed(seed);
      state = seed;
    }

    @Override
    protected int next(int bits) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      return (int) (state >>> (64 - bits));
    }
  }

  private void addSplittables() {
    SplittableRandom held = new SplittableRandom();
    add("SplittableRandom", held::nextLong);
    add("split of a SplittableRandom", held.split()::nextLong);
    add("new split of a SplittableRandom", () -> held.split().nextLong());
    add("new SplittableRandom", () -> new SplittableRandom().nextLong());
  }

  private void addAlgorithm(String name) {
    RandomGenerator generator = RandomGenerator.of(name);
    add(name, generator::nextLong);
    add("new " + name, () -> RandomGenerator.of(name).nextLong());
    if (generator instanceof RandomGenerator.SplittableGenerator splittable) {
      add("split of " + name, splittable.split()::nextLong);
    } else {
      add("copy of " + name, ((RandomGenerator.JumpableGenerator) generator).copy()::nextLong);
    }
  }

  private void addSecure() throws Exception {
    for (String name : List.of("SHA1PRNG", "DRBG", "NativePRNG")) {
      SecureRandom random = SecureRandom.getInstance(name);
      byte[] bytes = new byte[Long.BYTES];
      add(
          name,
          () -> {
            random.nextBytes(bytes);
            return ByteBuffer.wrap(bytes).getLong();
          });
      addSlow("new " + name, () -> SecureRandom.getInstance(name).nextLong());
    }
    add("UUID.randomUUID", () -> UUID.randomUUID().getLeastSignificantBits());
  }

  private void addThreads() throws Exception {
    add("ThreadLocalRandom", () -> ThreadLocalRandom.current().nextLong());
    addSlow(
        "ThreadLocalRandom of a new thread",
        () -> {
          FutureTask<Long> task = new FutureTask<>(() -> ThreadLocalRandom.current().nextLong());
          Thread thread = new Thread(task);
          thread.start();
          thread.join();
          return task.get();
        });
    if (Runtime.version().feature() >= VIRTUAL_THREADS) {
      SynchronousQueue<Long> queue = new SynchronousQueue<>();
      Runnable endless =
          () -> {
            try {
              while (true) {
                queue.put(ThreadLocalRandom.current().nextLong());
              }
            } catch (InterruptedException e) {
              // Nobody interrupts this thread.
            }
          };
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, endless);
      queue.take();
      addSlow("ThreadLocalRandom of a virtual thread", skippingFirst(queue));
    }
  }

  static boolean isRestored() {
    return System.getProperty("crjvm.it.values") != null;
  }

  /**
   * Skips the first number after the restore: it may have been ready since before the checkpoint.
   */
  private static Numbers skippingFirst(SynchronousQueue<Long> queue) {
    boolean[] isSkipped = new boolean[1];
    return () -> {
      if (isRestored() && !isSkipped[0]) {
        isSkipped[0] = true;
        queue.take();
      }
      return queue.take();
    };
  }

  private void addOthers() {
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      list.add(i);
    }
    add(
        "Collections.shuffle",
        () -> {
          Collections.sort(list);
          Collections.shuffle(list);
          long number = 0;
          for (int each : list) {
            number = number * 0x9E3779B97F4A7C15L + each;
          }
          return number;
        });
    addSlow(
        "File.createTempFile",
        () -> {
          File file = File.createTempFile("crjvm", "");
          file.delete();
          return Long.parseUnsignedLong(file.getName().substring("crjvm".length()));
        });
  }
}
