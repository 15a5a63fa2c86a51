package crjvm.image.manifest;

import java.util.regex.Pattern;

/** Checks names of an image's files, which come from untrusted input and become paths. */
public final class Names {
  /** Names without folders and without control characters, of files that are not hidden. */
  private static final Pattern SIMPLE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");

  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f]");

  private static final int SHOWN = 100;

  private Names() {}

  public static boolean isSimple(String name) {
    return SIMPLE.matcher(name).matches();
  }

  /**
   * Makes a line fit for users: it has no control characters, which a terminal would obey, and is a
   * single line.
   */
  public static String visible(String line) {
    return CONTROL.matcher(line).replaceAll("?");
  }

  /**
   * Makes a name fit for messages: in quotes, without control characters, and cut if it is too
   * long.
   */
  public static String quote(String name) {
    String shown = name.length() > SHOWN ? name.substring(0, SHOWN) + "…" : name;
    return '"' + shown.replaceAll("[^\\x20-\\x7e…]", "?") + '"';
  }
}
