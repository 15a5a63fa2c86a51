package crjvm.crac;

/**
 * Thrown if no checkpoint was made. The reasons are the suppressed exceptions, which org.crac
 * passes on.
 */
public class CheckpointException extends Exception {
  private static final long serialVersionUID = 1;

  public CheckpointException() {}

  public CheckpointException(String message) {
    super(message);
  }
}
