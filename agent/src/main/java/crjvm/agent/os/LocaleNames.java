package crjvm.agent.os;

/**
 * The names of the locales that the C library would choose for a program that starts now.
 *
 * @param messages for what people read
 * @param ctype for characters, by which the JDK also formats
 */
public record LocaleNames(String messages, String ctype) {
  private static final int LC_CTYPE = 0;
  private static final int LC_MESSAGES = 5;
  private static final int ALL_CATEGORIES = 0x1fbf;

  /** {@code _NL_LOCALE_NAME}: the category in the upper half, this in the lower. */
  private static final int NAME = 0xffff;

  /** Not those of any environment. */
  public static final LocaleNames UNKNOWN = new LocaleNames("", "");

  private static final LocaleNames NONE = new LocaleNames("C", "C");

  /**
   * By the C library's environment. As with {@code setlocale(LC_ALL, "")}, which the JDK calls at
   * its start, one category whose locale the system lacks is enough for all to be "C". The
   * process's own locale stays what it is.
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

  /** As equals, which a record links when it is first called. */
  public boolean areSame(LocaleNames other) {
    return messages.equals(other.messages) && ctype.equals(other.ctype);
  }

  private static String name(int category, long locale) {
    return NativeMemory.readString(LibC.nl_langinfo_l(category << 16 | NAME, locale));
  }
}
