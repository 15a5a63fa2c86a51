package crjvm.frameworks.agents;

/** Methods that profiles and coverage reports contain. */
final class Work {
  private static final int ROUNDS = 2_000_000;

  private Work() {}

  static long doMuch() {
    long sum = 1;
    for (int i = 0; i < ROUNDS; i++) {
      sum = sum * 31 + i;
    }
    return sum;
  }

  /** Works for requests after the restore only. */
  static long doAfterwards() {
    return doMuch() + 1;
  }
}
