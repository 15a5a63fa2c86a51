package crjvm.image.archive.tar;

import crjvm.image.archive.frame.ArchiveException;
import crjvm.image.manifest.Names;

/** Parses decimal numbers from untrusted input. */
public final class Numbers {
  static final int MAX_DIGITS = 18;

  private Numbers() {}

  /** Parses a number from 0 up to the largest size of a file. */
  public static long parse(String text) throws ArchiveException {
    if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(Numbers::isDigit)) {
      throw ArchiveException.forged(Names.quote(text) + " where a number belongs");
    }
    return Long.parseLong(text);
  }

  static boolean isDigit(int character) {
    return character >= '0' && character <= '9';
  }
}
