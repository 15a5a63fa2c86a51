package crjvm.crac;

/** No checkpoint was made; the reasons are the suppressed exceptions, which org.crac hands on. */
public class CheckpointException extends Exception {
  private static final long serialVersionUID = 1;

  public CheckpointException() {}

  public CheckpointException(String message) {
    super(message);
  }
}
