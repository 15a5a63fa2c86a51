package crjvm.image.manifest;

import java.util.regex.Pattern;

/** Names of an image's files, which come from outside and become paths. */
public final class Names {
  /** No folder, nothing hidden, nothing that a terminal would obey. */
  private static final Pattern SIMPLE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f]");

  private static final int SHOWN = 100;

  private Names() {}

  public static boolean isSimple(String name) {
    return SIMPLE.matcher(name).matches();
  }

  /** A line for people: nothing in it that a terminal would obey, and no second line. */
  public static String visible(String line) {
    return CONTROL.matcher(line).replaceAll("?");
  }

  /** For messages: in quotes, without control characters, and not endless. */
  public static String quote(String name) {
    String shown = name.length() > SHOWN ? name.substring(0, SHOWN) + "…" : name;
    return '"' + shown.replaceAll("[^\\x20-\\x7e…]", "?") + '"';
  }
}
