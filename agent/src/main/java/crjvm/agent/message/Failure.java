package crjvm.agent.message;

/**
 * The reason why no checkpoint can be made, which the user can remedy. Its message is one line,
 * {@code what failed: cause; what to do}.
 */
public final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  /** Makes a failure of the parts of its line. Values in them must already be quoted. */
  public Failure(String what, String cause, String remedy) {
    this(what, cause, remedy, null);
  }

  public Failure(String what, String cause, String remedy, Throwable reason) {
    super(oneLine(what + ": " + cause + "; " + remedy), reason);
  }

  /** Returns the text without characters that could control a terminal. */
  private static String oneLine(String text) {
    return text.replaceAll("[\n\r\t]", " ").replaceAll("[\\p{Cntrl}\\x80-\\x9f]", "?");
  }
}
