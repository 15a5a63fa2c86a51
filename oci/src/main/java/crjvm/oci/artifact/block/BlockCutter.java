package crjvm.oci.artifact.block;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Cuts a file into blocks by its content: the content of a page decides whether a block ends after
 * it. Content that has only moved within the file is therefore cut as before. Zeroes between blocks
 * belong to no block.
 */
public final class BlockCutter {
  /** The size of a page. Contents of memory move by whole pages. */
  static final int PAGE = 4096;

  /**
   * The approximate maximum of blocks in an artifact. Registries accept manifests of a few
   * megabytes.
   */
  public static final int LIMIT = 4000;

  private static final int CHUNK = 1 << 20;

  /** The number of zero pages that end a block. */
  private static final int GAP = 16;

  private static final int AVERAGE = 64;
  private static final int LARGEST = Block.MAX / PAGE;
  private static final int ZERO = 0;

  /** The position of a block. */
  public record Span(long offset, int length) {}

  private BlockCutter() {}

  /**
   * Cuts a file.
   *
   * @param limit the approximate maximum of blocks; the larger the file, the larger are its blocks
   */
  public static List<Span> cut(FileChannel file, int limit) throws IOException {
    long size = file.size();
    int[] pages = hash(file, size);
    int average = AVERAGE;
    List<Span> spans = cut(pages, size, average);
    while (spans.size() > limit && average < LARGEST / 8) {
      average *= 2;
      spans = cut(pages, size, average);
    }
    return spans;
  }

  /**
   * Cuts the pages of a file.
   *
   * @param average the average number of pages in a block, a power of two
   */
  private static List<Span> cut(int[] pages, long size, int average) {
    List<Span> spans = new ArrayList<>();
    int least = Math.max(1, average / 4);
    int most = Math.min(LARGEST, average * 8);
    int start = -1;
    int zeroes = 0;
    for (int page = 0; page < pages.length; page++) {
      boolean isZero = pages[page] == ZERO;
      if (start < 0 && isZero) {
        continue;
      } else if (start < 0) {
        start = page;
        zeroes = 0;
      }
      zeroes = isZero ? zeroes + 1 : 0;
      int count = page + 1 - start;
      boolean isCut = count >= least && !isZero && (spread(pages[page]) & (average - 1)) == 0;
      if (isCut || zeroes == GAP || count == most) {
        spans.add(span(start, page + 1 - zeroes, size));
        start = -1;
      }
    }
    if (start >= 0) {
      spans.add(span(start, pages.length - zeroes, size));
    }
    return spans;
  }

  private static Span span(int start, int end, long size) {
    long offset = (long) start * PAGE;
    return new Span(offset, (int) (Math.min(size, (long) end * PAGE) - offset));
  }

  /** Mixes the bits, because the low bits of a CRC say little about sparse pages. */
  private static int spread(int hash) {
    int mixed = hash * 0x9E3779B1;
    return mixed ^ mixed >>> 15;
  }

  /** Returns one number for each page, which is 0 for zeroes. */
  private static int[] hash(FileChannel file, long size) throws IOException {
    int[] pages = new int[Math.toIntExact((size + PAGE - 1) / PAGE)];
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
    ByteBuffer zeroes = ByteBuffer.allocateDirect(PAGE);
    CRC32C crc = new CRC32C();
    for (long at = 0; at < size; at += CHUNK) {
      int length = (int) Math.min(CHUNK, size - at);
      read(file, at, chunk.clear().limit(length));
      for (int i = 0; i < length; i += PAGE) {
        ByteBuffer page = chunk.slice(i, Math.min(PAGE, length - i));
        if (page.mismatch(zeroes.slice(0, page.limit())) < 0) {
          continue;
        }
        crc.reset();
        crc.update(page);
        int hash = (int) crc.getValue();
        pages[(int) ((at + i) / PAGE)] = hash == ZERO ? 1 : hash;
      }
    }
    return pages;
  }

  /** Fills a buffer. */
  public static void read(FileChannel file, long at, ByteBuffer buffer) throws IOException {
    long next = at;
    while (buffer.hasRemaining()) {
      int count = file.read(buffer, next);
      if (count < 0) {
        throw new EOFException("the file became shorter");
      }
      next += count;
    }
  }
}
