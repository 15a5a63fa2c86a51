package crjvm.agent.message;

/**
 * No checkpoint can be made, for a reason that its user can act on: one line, {@code what failed:
 * cause; what to do}.
 */
public final class Failure extends Exception {
  private static final long serialVersionUID = 1;

  /** The parts of the line; values in them are quoted already. */
  public Failure(String what, String cause, String remedy) {
    this(what, cause, remedy, null);
  }

  public Failure(String what, String cause, String remedy, Throwable reason) {
    super(oneLine(what + ": " + cause + "; " + remedy), reason);
  }

  /** Nothing in it that a terminal would obey. */
  private static String oneLine(String text) {
    return text.replaceAll("[\n\r\t]", " ").replaceAll("[\\p{Cntrl}\\x80-\\x9f]", "?");
  }
}
