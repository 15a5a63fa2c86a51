package crjvm.agent.policy;

/** A line of a policy file that can't be what it says. */
final class PolicyException extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;

  /**
   * @param line counted from 1
   */
  PolicyException(int line, String message) {
    super(message);
    this.line = line;
  }

  int line() {
    return line;
  }
}
