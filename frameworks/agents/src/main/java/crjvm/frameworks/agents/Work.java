package crjvm.frameworks.agents;

/** Methods that a profile and a coverage report have in them. */
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

  /** Is asked for only after the restore. */
  static long doAfterwards() {
    return doMuch() + 1;
  }
}
