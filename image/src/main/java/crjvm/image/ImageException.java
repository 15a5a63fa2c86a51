package crjvm.image;

/**
 * Thrown if a dump or an image can't be used. The message is one line that names the cause and the
 * offending value.
 */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1;

  public ImageException(String message) {
    this(message, null);
  }

  public ImageException(String message, Throwable cause) {
    super(printable(message), cause);
  }

  /**
   * Replaces control characters. Values come from files that anybody may have written, and a
   * terminal would obey control characters in them.
   */
  private static String printable(String message) {
    return message.replaceAll("[\\p{Cntrl}\\x80-\\x9f]", "?");
  }
}
