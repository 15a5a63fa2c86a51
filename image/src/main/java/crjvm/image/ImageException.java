package crjvm.image;

/**
 * A dump or an image can't be used; the message is one line that names the cause and the offending
 * value.
 */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1;

  public ImageException(String message) {
    this(message, null);
  }

  public ImageException(String message, Throwable cause) {
    super(printable(message), cause);
  }

  /** Values come from files of anyone's; a terminal would obey what is in them. */
  private static String printable(String message) {
    return message.replaceAll("[\\p{Cntrl}\\x80-\\x9f]", "?");
  }
}
