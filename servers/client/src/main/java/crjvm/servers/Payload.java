package crjvm.servers;

import java.util.Locale;

/** What is kept with a number, so that a reader notices when it is another number's, or torn. */
public final class Payload {
  private static final int REPEATS = 10;

  private Payload() {}

  public static String of(int number) {
    return String.format(Locale.ROOT, "<%08d>", number).repeat(REPEATS);
  }

  /** Fails unless the text is the number's. */
  public static int check(int number, String text) {
    if (!of(number).equals(text)) {
      throw new IllegalStateException("with the number " + number + " there is \"" + text + "\"");
    }
    return number;
  }

  /** The number that the text belongs to. */
  public static int number(String text) {
    return check(Integer.parseInt(text.substring(1, text.indexOf('>'))), text);
  }
}
