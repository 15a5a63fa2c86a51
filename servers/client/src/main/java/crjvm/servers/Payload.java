package crjvm.servers;

import java.util.Locale;

/**
 * The text that is stored with a number, so that a reader notices if it belongs to another number
 * or is incomplete.
 */
public final class Payload {
  private static final int REPEATS = 10;

  private Payload() {}

  public static String of(int number) {
    return String.format(Locale.ROOT, "<%08d>", number).repeat(REPEATS);
  }

  /** Returns the number, and fails if the text does not belong to it. */
  public static int check(int number, String text) {
    if (!of(number).equals(text)) {
      throw new IllegalStateException("with the number " + number + " there is \"" + text + "\"");
    }
    return number;
  }

  /** Returns the number that the text belongs to. */
  public static int number(String text) {
    return check(Integer.parseInt(text.substring(1, text.indexOf('>'))), text);
  }
}
