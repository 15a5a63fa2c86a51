import java.security.SecureRandom;
import java.util.BitSet;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A task of an array job. It prepares the data that all tasks need, and then does its own part,
 * which its number selects. The image is made between the two, when {@code prepare} has returned.
 */
public final class Task {
  private static final int LIMIT = 20_000_000;
  private static final int SAMPLES = 100_000;

  private final BitSet primes = new BitSet(LIMIT);
  private final Random random = new Random();
  private final SecureRandom secure = new SecureRandom();

  public static void main(String[] args) {
    Task task = new Task();
    task.prepare();
    System.out.println(task.run(System.getenv("SLURM_ARRAY_TASK_ID")));
  }

  /** Prepares the data, which takes long and is the same for every task. */
  private void prepare() {
    primes.set(2, LIMIT);
    for (int i = primes.nextSetBit(0); (long) i * i < LIMIT; i = primes.nextSetBit(i + 1)) {
      for (int multiple = i * i; multiple < LIMIT; multiple += i) {
        primes.clear(multiple);
      }
    }
    run("0"); // for the compilers, and so that every generator has its seed
  }

  /**
   * Returns a line with the task's number, its estimate of the number of primes, and some random
   * numbers.
   */
  private String run(String number) {
    int hits = 0;
    for (int i = 0; i < SAMPLES; i++) {
      if (primes.get(random.nextInt(LIMIT))) {
        hits++;
      }
    }
    long estimate = (long) hits * LIMIT / SAMPLES;
    return String.join(
        " ",
        "task",
        number,
        Long.toString(estimate),
        Long.toHexString(random.nextLong()),
        Long.toHexString(secure.nextLong()),
        Long.toHexString(ThreadLocalRandom.current().nextLong()),
        Double.toString(Math.random()),
        UUID.randomUUID().toString());
  }
}
