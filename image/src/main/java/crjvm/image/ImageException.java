package crjvm.image;

/**
 * A dump or an image can't be used; the message is one line that names the cause and the offending
 * value.
 */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1;

  public ImageException(String message) {
    super(message);
  }

  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
