package crjvm.image.archive.tar;

import crjvm.image.archive.frame.ArchiveException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The extents of a file that have data, in ascending order. All other bytes read as zeroes and take
 * no space: holes, and blocks of zeroes that were written.
 */
public final class SparseMap {
  /** The unit in which file systems allocate space. */
  public static final int BLOCK = 4096;

  /** The limit that keeps the map of a huge file small enough for the reader's memory. */
  static final int MAX_EXTENTS = (1 << 21) + 1;

  private static final int CHUNK = 1 << 20;

  private final long size;
  private long[] starts = new long[16];
  private long[] lengths = new long[16];
  private int count;
  private long data;

  /**
   * Creates an empty map.
   *
   * @param size the size of the file, holes included
   */
  SparseMap(long size) {
    this.size = size;
  }

  /** Reads a whole file and returns its map. */
  public static SparseMap scan(FileChannel file, long size) throws IOException {
    SparseMap map = new SparseMap(size);
    int block = blockFor(size);
    ByteBuffer chunk = ByteBuffer.allocateDirect(Math.max(CHUNK, block));
    ByteBuffer zeroes = ByteBuffer.allocateDirect(block);
    for (long at = 0; at < size; at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), size - at));
      int length = chunk.limit();
      readFully(file, at, chunk);
      for (int i = 0; i < length; i += block) {
        int blockLength = Math.min(block, length - i);
        chunk.limit(i + blockLength).position(i);
        if (chunk.mismatch(zeroes.clear().limit(blockLength)) >= 0) {
          map.add(at + i, blockLength);
        }
      }
      chunk.limit(length);
    }
    return map;
  }

  /**
   * Returns the block size, which is larger for files so large that the map would exceed its limit.
   */
  private static int blockFor(long size) {
    int block = BLOCK;
    while (size / block / 2 >= MAX_EXTENTS && block < 1 << 30) {
      block <<= 1;
    }
    return block;
  }

  private static void readFully(FileChannel file, long at, ByteBuffer buffer) throws IOException {
    long next = at;
    while (buffer.hasRemaining()) {
      int read = file.read(buffer, next);
      if (read < 0) {
        throw new EOFException();
      }
      next += read;
    }
  }

  /** Adds an extent, or makes the last one longer if the two touch. */
  void add(long start, long length) {
    data += length;
    if (count > 0 && starts[count - 1] + lengths[count - 1] == start) {
      lengths[count - 1] += length;
      return;
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    starts[count] = start;
    lengths[count++] = length;
  }

  /** Returns the number of bytes, holes included. */
  public long size() {
    return size;
  }

  /** Returns the number of bytes without the holes. */
  public long data() {
    return data;
  }

  boolean hasHoles() {
    return data < size;
  }

  int count() {
    return count;
  }

  long start(int extent) {
    return starts[extent];
  }

  long length(int extent) {
    return lengths[extent];
  }

  private long end() {
    return count == 0 ? 0 : starts[count - 1] + lengths[count - 1];
  }

  /**
   * Returns the map as GNU tar's format 1.0 has it before the data: one number per line, padded to
   * a whole block.
   */
  byte[] text() {
    boolean isOpen = end() < size; // an empty extent tells tar where the file ends
    StringBuilder text = new StringBuilder().append(count + (isOpen ? 1 : 0)).append('\n');
    for (int i = 0; i < count; i++) {
      text.append(starts[i]).append('\n').append(lengths[i]).append('\n');
    }
    if (isOpen) {
      text.append(size).append("\n0\n");
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    int blocks = (bytes.length + TarHeader.BLOCK - 1) / TarHeader.BLOCK;
    return Arrays.copyOf(bytes, blocks * TarHeader.BLOCK);
  }

  /** Adds an extent from untrusted input. */
  void addChecked(long start, long length) throws ArchiveException {
    boolean isLast = length == 0 && start == size;
    if (!isLast && (length == 0 || start < end() || length > size - start)) {
      throw ArchiveException.forged("the extent " + start + " " + length + " in its wrong place");
    }
    if (!isLast) {
      add(start, length);
    }
  }
}
