package crjvm.crac;

/**
 * Thrown if a part of a restore has failed while the process continues. The reasons are the
 * suppressed exceptions, which org.crac passes on.
 */
public class RestoreException extends Exception {
  private static final long serialVersionUID = 1;

  public RestoreException() {}

  public RestoreException(String message) {
    super(message);
  }
}
