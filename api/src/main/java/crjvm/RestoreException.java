package crjvm;

/**
 * Thrown if the process continues, but callbacks failed. Their exceptions are the suppressed ones.
 */
public class RestoreException extends Exception {
  private static final long serialVersionUID = 1;

  RestoreException(Throwable cause) {
    super(cause.getMessage(), cause);
    for (Throwable each : cause.getSuppressed()) {
      addSuppressed(each);
    }
  }
}
