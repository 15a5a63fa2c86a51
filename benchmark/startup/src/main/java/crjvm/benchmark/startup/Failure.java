package crjvm.benchmark.startup;

/** A figure that can't be had; the message is for people. */
final class Failure extends Exception {
  private static final long serialVersionUID = 1L;

  Failure(String message) {
    super(message);
  }
}
