package crjvm.image.archive;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where a file has data, ascending. What is left out reads as zeroes and takes no room: holes, and
 * blocks of zeroes that somebody wrote.
 */
final class SparseMap {
  /** What file systems give out. */
  static final int BLOCK = 4096;

  /** Keeps the map of a huge file small enough for the reader's memory. */
  static final int MAX_EXTENTS = (1 << 21) + 1;

  private static final int CHUNK = 1 << 20;

  private final long size;
  private long[] starts = new long[16];
  private long[] lengths = new long[16];
  private int count;
  private long data;

  /**
   * @param size of the file, holes included
   */
  SparseMap(long size) {
    this.size = size;
  }

  /** Reads all of a file. */
  static SparseMap scan(FileChannel file, long size) throws IOException {
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

  /** Larger for files so large that the map would be, too. */
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

  /** Grows the last extent where it can. */
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

  /** In bytes, holes included. */
  long size() {
    return size;
  }

  /** In bytes, without the holes. */
  long data() {
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

  /** As GNU tar's format 1.0 has it before the data: numbers in lines, padded to a whole block. */
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

  /** Adds an extent that comes from outside. */
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
