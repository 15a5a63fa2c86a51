package crjvm.image.archive.tar;

import crjvm.image.archive.frame.ArchiveException;
import crjvm.image.manifest.Names;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A header of the tar stream: the part of POSIX's ustar that archives use. Owner and group are 0
 * and have no names, so that the archive does not reveal who packed it.
 *
 * @param type the type of the entry; see the constants
 * @param name ASCII, at most 100 characters
 * @param mode the permissions
 * @param size the bytes of the content, without padding
 * @param modified the seconds since 1970
 */
public record TarHeader(char type, String name, int mode, long size, long modified) {
  public static final int BLOCK = 512;

  public static final char FILE = '0';
  public static final char FOLDER = '5';

  /** The type of records for the next entry. */
  public static final char EXTENDED = 'x';

  /** The type of records for all entries that follow. */
  public static final char GLOBAL = 'g';

  /** The largest number in eleven octal digits. Greater sizes are in a record of the entry. */
  static final long MAX_OCTAL = (1L << 33) - 1;

  private static final int NAME_SIZE = 100;
  private static final int CHECKSUM = 148;
  private static final int CHECKSUM_SIZE = 8;
  private static final int TYPE = 156;
  private static final int MAGIC = 257;
  private static final byte[] USTAR = "ustar\00000".getBytes(StandardCharsets.US_ASCII);

  public byte[] bytes() {
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

  /** Formats a number, followed by a NUL byte. */
  private static byte[] octal(long value, int digits) {
    return ascii(String.format("%0" + digits + "o\0", value));
  }

  /** Computes the checksum. Its own field counts as spaces. */
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
    boolean isPrefixed = block[345] != 0; // in POSIX, this is a folder that comes before the name
    if (isPrefixed) {
      throw ArchiveException.forged("the entry " + Names.quote(name) + " with a long name");
    }
    return name;
  }

  private static long number(byte[] block, int at, int digits) throws ArchiveException {
    long value = 0;
    for (int i = at; i < at + digits; i++) {
      if (block[i] < '0' || block[i] > '7') {
        throw ArchiveException.forged("a tar header with a field that is not an octal number");
      }
      value = value << 3 | (block[i] - '0');
    }
    return value;
  }
}
