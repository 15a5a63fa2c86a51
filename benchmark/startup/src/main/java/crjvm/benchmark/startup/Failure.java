package crjvm.benchmark.startup;

/** Thrown if a figure can't be measured. The message is for users. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1L;

  Failure(String message) {
    super(message);
  }
}
