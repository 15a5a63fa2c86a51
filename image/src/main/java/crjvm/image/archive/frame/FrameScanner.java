package crjvm.image.archive.frame;

import crjvm.image.archive.frame.ArchiveException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Finds the borders of frames without decompressing them, and checks the bytes around them. The
 * checksum at the end of an archive covers every byte.
 */
final class FrameScanner {
  /**
   * The bits of the frame header's descriptor. A frame has its content size and a checksum, and no
   * dictionary.
   */
  private static final int HAS_CHECKSUM = 4;

  private static final int IS_SINGLE_SEGMENT = 0x20;
  private static final int UNUSED_AND_DICTIONARY = 0x1b;
  private static final int CHECKSUM_SIZE = 4;
  private static final int BLOCK_HEADER = 3;
  private static final int MAX_BLOCK = 128 << 10;

  private final InputStream in;
  private final CRC32C checksum = new CRC32C();
  private final ByteBuffer frame =
      ByteBuffer.allocate(ZstdLibrary.FRAME_BOUND).order(ByteOrder.LITTLE_ENDIAN);
  private long position;

  FrameScanner(InputStream in) {
    this.in = in;
  }

  /** Returns the position at which the next frame begins or the archive has ended. */
  long position() {
    return position;
  }

  /**
   * Reads the next frame.
   *
   * @return false at the end of an archive that is completely undamaged
   */
  boolean next() throws IOException, ArchiveException {
    frame.clear();
    take(Integer.BYTES);
    int magic = frame.getInt(0);
    if (magic == ArchiveFormat.END_MAGIC && position > 0) {
      checkEnd();
      return false;
    }
    if (magic != ArchiveFormat.ZSTD_MAGIC) {
      throw unexpected("no frame begins here");
    }
    takeHeader();
    boolean isLast;
    do {
      isLast = takeBlock();
    } while (!isLast);
    take(CHECKSUM_SIZE);
    frame.flip();
    checksum.update(frame.duplicate());
    position += frame.limit();
    return true;
  }

  /** Returns the frame that {@link #next} has read. */
  ByteBuffer frame() {
    return frame.duplicate();
  }

  private void takeHeader() throws IOException, ArchiveException {
    take(1);
    int descriptor = frame.get(frame.position() - 1) & 0xff;
    int sizeFlag = descriptor >> 6;
    boolean isSingle = (descriptor & IS_SINGLE_SEGMENT) != 0;
    boolean isOurs =
        (descriptor & HAS_CHECKSUM) != 0
            && (descriptor & UNUSED_AND_DICTIONARY) == 0
            && (isSingle || sizeFlag > 0);
    if (!isOurs) {
      throw unexpected("the frame here has an unknown header");
    }
    take((isSingle ? 0 : 1) + (1 << sizeFlag));
  }

  private boolean takeBlock() throws IOException, ArchiveException {
    take(BLOCK_HEADER);
    int at = frame.position() - BLOCK_HEADER;
    int header = (frame.get(at) & 0xff) | (frame.getShort(at + 1) & 0xffff) << 8;
    int type = header >> 1 & 3;
    int size = header >> 3;
    if (type == 3 || size > MAX_BLOCK) {
      throw unexpected("the frame here has an impossible block");
    }
    boolean isRepeatedByte = type == 1;
    take(isRepeatedByte ? 1 : size);
    return (header & 1) != 0;
  }

  private void checkEnd() throws IOException, ArchiveException {
    take(Integer.BYTES + ArchiveFormat.END_SIZE);
    frame.flip().getInt();
    if (frame.getInt() != ArchiveFormat.END_SIZE
        || frame.getLong() != ArchiveFormat.END_TAG
        || frame.getLong() != position) {
      throw unexpected("the end is not that of an archive");
    }
    if (frame.getInt() != (int) checksum.getValue()) {
      throw unexpected("the checksum here is not that of what is before it");
    }
    position += frame.limit();
    if (in.read() >= 0) {
      throw unexpected("something follows the end");
    }
  }

  private void take(int count) throws IOException, ArchiveException {
    if (count > frame.remaining()) {
      throw unexpected("the frame here is too large");
    }
    int read = in.readNBytes(frame.array(), frame.position(), count);
    if (read < count && position == 0 && frame.position() < Integer.BYTES) {
      throw unexpected(read == 0 ? "it is empty" : "it is too short");
    } else if (read < count) {
      throw damaged(position, "it ends early");
    }
    frame.position(frame.position() + count);
  }

  /**
   * Returns the failure for an unexpected byte: at its beginning the archive is something else,
   * later it is damaged.
   */
  private ArchiveException unexpected(String why) {
    return position == 0 ? new ArchiveException(Kind.FOREIGN, why) : damaged(position, why);
  }

  static ArchiveException damaged(long position, String why) {
    return new ArchiveException(Kind.DAMAGED, "at byte " + position + ": " + why);
  }
}
