package crjvm.image.archive;

import crjvm.image.manifest.Names;

/** Decimal numbers from outside. */
final class Numbers {
  static final int MAX_DIGITS = 18;

  private Numbers() {}

  /** From 0 up to what any file can have. */
  static long parse(String text) throws ArchiveException {
    if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(Numbers::isDigit)) {
      throw ArchiveException.forged(Names.quote(text) + " where a number belongs");
    }
    return Long.parseLong(text);
  }

  static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }
}
