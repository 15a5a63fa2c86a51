package crjvm.agent.os.jna;

/**
 * The names of the locales that the C library would choose for a program that starts now.
 *
 * @param messages the locale of messages for people
 * @param ctype the locale of characters, which the JDK also uses for formats
 */
public record LocaleNames(String messages, String ctype) {
  private static final int LC_CTYPE = 0;
  private static final int LC_MESSAGES = 5;
  private static final int ALL_CATEGORIES = 0x1fbf;

  /** {@code _NL_LOCALE_NAME}, without the category, which is in the upper half. */
  private static final int NAME = 0xffff;

  /** A value that differs from that of every environment. */
  public static final LocaleNames UNKNOWN = new LocaleNames("", "");

  private static final LocaleNames NONE = new LocaleNames("C", "C");

  /**
   * Returns the names by the C library's environment. As with {@code setlocale(LC_ALL, "")}, which
   * the JDK calls at its start, all categories are "C" if the system lacks the locale of one of
   * them. The process's own locale does not change.
   */
  public static LocaleNames ofEnvironment() {
    long locale = LibC.newlocale(ALL_CATEGORIES, new byte[1], 0);
    if (locale == 0) {
      return NONE;
    }
    try {
      return new LocaleNames(name(LC_MESSAGES, locale), name(LC_CTYPE, locale));
    } finally {
      LibC.freelocale(locale);
    }
  }

  /** Does the same as equals, which a record links at its first call. */
  public boolean areSame(LocaleNames other) {
    return messages.equals(other.messages) && ctype.equals(other.ctype);
  }

  private static String name(int category, long locale) {
    return NativeMemory.readString(LibC.nl_langinfo_l(category << 16 | NAME, locale));
  }
}
