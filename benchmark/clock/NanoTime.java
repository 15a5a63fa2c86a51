import java.util.Arrays;

/**
 * Measures the cost of a call of {@code System.nanoTime} and prints it in nanoseconds, as the
 * median of many rounds. With the argument {@code checkpoint} it first makes an image of itself, so
 * that the restored process measures. {@code benchmark/clock/run} runs it.
 */
final class NanoTime {
  private static final int CALLS = 1_000_000;
  private static final int WARM_UP_ROUNDS = 10;
  private static final int ROUNDS = 31;

  private NanoTime() {}

  public static void main(String[] args) throws Exception {
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      nanosPerCall();
    }
    if (args.length > 0) {
      Class.forName("crjvm.Crjvm").getMethod("checkpoint").invoke(null);
    }
    double[] rounds = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      rounds[i] = nanosPerCall();
    }
    Arrays.sort(rounds);
    System.out.printf("%.2f%n", rounds[ROUNDS / 2]);
  }

  private static double nanosPerCall() {
    long began = System.nanoTime();
    long last = began;
    for (int i = 0; i < CALLS; i++) {
      long now = System.nanoTime();
      if (now < last) {
        throw new IllegalStateException("nanoTime went back");
      }
      last = now;
    }
    return (double) (last - began) / CALLS;
  }
}
