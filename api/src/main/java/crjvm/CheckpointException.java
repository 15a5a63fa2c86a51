package crjvm;

/** Thrown if no checkpoint was made. The reasons are the suppressed exceptions. */
public class CheckpointException extends Exception {
  private static final long serialVersionUID = 1;

  CheckpointException(Throwable cause) {
    super(cause.getMessage(), cause);
    for (Throwable each : cause.getSuppressed()) {
      addSuppressed(each);
    }
  }
}
