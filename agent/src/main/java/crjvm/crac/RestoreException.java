package crjvm.crac;

/**
 * The restore went on, but not everything that belongs to it succeeded; the reasons are the
 * suppressed exceptions, which org.crac hands on.
 */
public class RestoreException extends Exception {
  private static final long serialVersionUID = 1;

  public RestoreException() {}

  public RestoreException(String message) {
    super(message);
  }
}
