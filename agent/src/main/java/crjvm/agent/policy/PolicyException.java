package crjvm.agent.policy;

/** The error in a line of a policy file. */
final class PolicyException extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;

  /**
   * @param line the number of the line, counted from 1
   */
  PolicyException(int line, String message) {
    super(message);
    this.line = line;
  }

  int line() {
    return line;
  }
}
