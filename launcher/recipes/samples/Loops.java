/** Loops, arrays and arithmetic. */
public abstract class Loops implements Runnable {
  private static final int[] PRIMES = {2, 3, 5, 7, 11};

  protected volatile boolean stopped;
  private long rounds;

  static int firstFactor(int number) {
    for (int i = 0; i < PRIMES.length; i++) {
      if (number % PRIMES[i] == 0) {
        return PRIMES[i];
      }
    }
    return -1;
  }

  static double mean(double... values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? Double.NaN : sum / values.length;
  }

  static String bits(int value) {
    StringBuilder text = new StringBuilder();
    int left = value;
    do {
      text.insert(0, (char) ('0' + (left & 1)));
      left >>>= 1;
    } while (left != 0);
    return "0b" + text;
  }

  @Override
  public void run() {
    outer:
    while (!stopped) {
      synchronized (this) {
        rounds++;
        --rounds;
        for (int i = 10, j = ~i; i > 0 || j < 0; i--, j += 2) {
          if (i == j) {
            continue outer;
          }
        }
      }
      rounds = -rounds + 1;
    }
  }
}
