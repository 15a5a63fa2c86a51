package crjvm.image.archive;

import crjvm.image.manifest.Names;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A header of the tar stream: POSIX's ustar, as far as archives use it. Owner and group are 0 and
 * nameless, so that the archive tells nothing of who packed it.
 *
 * @param type of the entry; see the constants
 * @param name ASCII, at most 100 characters
 * @param mode permissions
 * @param size bytes of content, before padding
 * @param modified seconds since 1970
 */
record TarHeader(char type, String name, int mode, long size, long modified) {
  static final int BLOCK = 512;

  static final char FILE = '0';
  static final char FOLDER = '5';

  /** Records for the next entry. */
  static final char EXTENDED = 'x';

  /** Records for all that follow. */
  static final char GLOBAL = 'g';

  /** Largest number in eleven octal digits; greater sizes are in a record of the entry. */
  static final long MAX_OCTAL = (1L << 33) - 1;

  private static final int NAME_SIZE = 100;
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_SIZE = 8;
  private static final int TYPE = 156;
  private static final int MAGIC = 257;
  private static final byte[] USTAR = "ustar\00000".getBytes(StandardCharsets.US_ASCII);

  byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(BLOCK);
    out.put(ascii(name)).position(NAME_SIZE);
    out.put(octal(mode, 7)).put(octal(0, 7)).put(octal(0, 7));
    out.put(octal(Math.min(size, MAX_OCTAL), 11));
    out.put(octal(Math.max(0, Math.min(modified, MAX_OCTAL)), 11));
    out.put(ascii(" ".repeat(CHECKSUM_SIZE)));
    out.put((byte) type).position(MAGIC);
    out.put(USTAR);
    byte[] block = out.array();
    byte[] sum = octal(sum(block), 6);
    System.arraycopy(sum, 0, block, CHECKSUM, sum.length);
    return block;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** With a NUL byte behind. */
  private static byte[] octal(long value, int digits) {
    return ascii(String.format("%0" + digits + "o\0", value));
  }

  /** The checksum's own field counts as spaces. */
  private static int sum(byte[] block) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean isOwn = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_SIZE;
      sum += isOwn ? ' ' : block[i] & 0xff;
    }
    return sum;
  }

  static boolean isEnd(byte[] block) {
    return Arrays.equals(block, new byte[BLOCK]);
  }

  static TarHeader parse(byte[] block) throws ArchiveException {
    if (!Arrays.equals(block, MAGIC, MAGIC + USTAR.length, USTAR, 0, USTAR.length)
        || number(block, CHECKSUM, CHECKSUM_SIZE - 2) != sum(block)) {
      throw ArchiveException.forged("a tar header of another kind");
    }
    String name = name(block);
    char type = (char) (block[TYPE] & 0xff);
    return new TarHeader(
        type,
        name,
        (int) number(block, NAME_SIZE, 7),
        number(block, 124, 11),
        number(block, 136, 11));
  }

  private static String name(byte[] block) throws ArchiveException {
    int length = 0;
    while (length < NAME_SIZE && block[length] != 0) {
      length++;
    }
    String name = new String(block, 0, length, StandardCharsets.ISO_8859_1);
    boolean isPrefixed = block[345] != 0; // POSIX: a folder that stands before the name
    if (isPrefixed) {
      throw ArchiveException.forged("the entry " + Names.quote(name) + " with a long name");
    }
    return name;
  }

  private static long number(byte[] block, int at, int digits) throws ArchiveException {
    long value = 0;
    for (int i = at; i < at + digits; i++) {
      if (block[i] < '0' || block[i] > '7') {
        throw ArchiveException.forged("a tar header with a field that is no octal number");
      }
      value = value << 3 | (block[i] - '0');
    }
    return value;
  }
}
