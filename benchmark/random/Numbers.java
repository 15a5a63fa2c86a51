import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Measures the cost of a number from each generator, and of a new generator. It prints a line for
 * each, in nanoseconds, as the median of many rounds. {@code benchmark/random/run} runs it with the
 * agent and without.
 */
final class Numbers {
  private static final int CALLS = 20_000;
  private static final int WARM_UP_ROUNDS = 60;
  private static final int ROUNDS = 101;

  private static long sink;

  private Numbers() {}

  private interface Source {
    long next();
  }

  public static void main(String[] args) throws Exception {
    Map<String, Source> sources = new LinkedHashMap<>();
    sources.put("Random.nextLong", new Random()::nextLong);
    sources.put("Math.random", () -> (long) (Math.random() * 1e18));
    sources.put("ThreadLocalRandom.nextLong", () -> ThreadLocalRandom.current().nextLong());
    sources.put("SplittableRandom.nextLong", new SplittableRandom()::nextLong);
    sources.put("L64X128MixRandom.nextLong", RandomGenerator.of("L64X128MixRandom")::nextLong);
    sources.put("SecureRandom.nextLong", new SecureRandom()::nextLong);
    sources.put("SHA1PRNG.nextLong", SecureRandom.getInstance("SHA1PRNG")::nextLong);
    sources.put("DRBG.nextLong", SecureRandom.getInstance("DRBG")::nextLong);
    Random seeded = new Random(42);
    sources.put(
        "Random.setSeed",
        () -> {
          seeded.setSeed(42);
          return seeded.nextLong();
        });
    sources.put("new Random(42)", () -> new Random(42).nextLong());
    sources.put("new Random()", () -> new Random().nextLong());
    SplittableRandom parent = new SplittableRandom();
    sources.put("SplittableRandom.split", () -> parent.split().nextLong());
    for (Map.Entry<String, Source> entry : sources.entrySet()) {
      System.out.printf("%s\t%.1f%n", entry.getKey(), measure(entry.getValue()));
    }
    if (sink == 0) {
      throw new IllegalStateException("all numbers cancelled each other out");
    }
  }

  private static double measure(Source source) {
    double[] rounds = new double[ROUNDS];
    for (int i = -WARM_UP_ROUNDS; i < ROUNDS; i++) {
      long began = System.nanoTime();
      for (int call = 0; call < CALLS; call++) {
        sink += source.next();
      }
      double nanos = (double) (System.nanoTime() - began) / CALLS;
      if (i >= 0) {
        rounds[i] = nanos;
      }
    }
    Arrays.sort(rounds);
    return rounds[ROUNDS / 2];
  }
}
