package crjvm.image.compile.memory;

import crjvm.image.ImageException;
import crjvm.image.MemoryHeader;
import crjvm.image.dump.Pages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The image's memory file under construction. It has the contents of pages, and holes where pages
 * are zero.
 */
public final class MemoryFile implements AutoCloseable {
  private static final int PAGE = Pages.PAGE;
  private static final int CHUNK = 256 * PAGE;

  /** The largest number of bytes of the next pages that a visitor sees behind its own. */
  private static final int AHEAD = 64;

  /** Sees the contents of pages before they are written to the file. */
  public interface Visitor {
    /**
     * Looks at the content of pages. An object may begin in these pages and end in the next ones.
     * Therefore the content also has up to 64 bytes of those, if there are any.
     *
     * @param address the address of the first byte of {@code content}
     * @param length the number of bytes that belong to these pages; an object that begins behind
     *     them is seen at the next visit
     */
    void visit(long address, ByteBuffer content, int length);

    /** Returns a visitor that calls both, one after the other. */
    default Visitor and(Visitor other) {
      return (address, content, length) -> {
        visit(address, content, length);
        other.visit(address, content, length);
      };
    }
  }

  /** The visitor for pages whose content nobody needs to see. */
  public static final Visitor NOBODY = (address, content, length) -> {};

  private final FileChannel channel;
  private long size;

  /**
   * Creates the file.
   *
   * @param id the image's id
   */
  public MemoryFile(Path file, UUID id) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    store(new ByteArrayInputStream(new MemoryHeader(id).bytes()));
  }

  /** Returns the number of bytes, holes included. */
  public long size() {
    return size;
  }

  /** Returns the parts of a dumped run that are not zero, in whole pages and in ascending order. */
  static List<Pages.Run> nonZero(Pages pages, Pages.Run run) throws IOException, ImageException {
    List<Pages.Run> parts = new ArrayList<>();
    Words words = new Words();
    eachChunk(
        pages,
        run,
        (address, chunk) -> {
          words.copy(chunk);
          for (int at = 0; at < chunk.limit(); at += PAGE) {
            if (!isZero(words.array(), at / Long.BYTES)) {
              addPage(parts, run, address + at);
            }
          }
        });
    return parts;
  }

  private static void addPage(List<Pages.Run> parts, Pages.Run run, long address) {
    Pages.Run last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
    if (last != null && last.end() == address) {
      parts.set(parts.size() - 1, run.part(last.start(), address + PAGE));
    } else {
      parts.add(run.part(address, address + PAGE));
    }
  }

  /**
   * Stores the range from {@code start} to {@code end}: the given runs, which lie within it, and
   * holes between them. Returns the range's offset in the file.
   */
  long store(Pages pages, List<Pages.Run> runs, long start, long end, Visitor visitor)
      throws IOException, ImageException {
    long offset = size;
    for (Pages.Run run : runs) {
      eachChunk(
          pages,
          run,
          (address, chunk) -> {
            if (visitor != NOBODY) {
              visitor.visit(address, withNextPages(pages, address, chunk), chunk.limit());
            }
            writeFully(chunk, offset + address - start);
          });
    }
    size = offset + end - start;
    return offset;
  }

  /** Returns a view of the chunk that is longer by the first bytes of the next pages. */
  private static ByteBuffer withNextPages(Pages pages, long address, ByteBuffer chunk)
      throws IOException, ImageException {
    int length = chunk.limit();
    ByteBuffer view = chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    view.limit(length + AHEAD).position(length);
    pages.readIfThere(address + length, view);
    return view.flip();
  }

  /** Stores bytes from a stream, padded to whole pages, and returns their offset. */
  public long store(InputStream in) throws IOException {
    long offset = size;
    byte[] chunk = new byte[CHUNK];
    long at = offset;
    for (int count; (count = in.readNBytes(chunk, 0, CHUNK)) > 0; at += count) {
      writeFully(ByteBuffer.wrap(chunk, 0, count), at);
    }
    size = (at + PAGE - 1) & -PAGE;
    return offset;
  }

  private interface ChunkAction {
    void accept(long address, ByteBuffer chunk) throws IOException, ImageException;
  }

  private static void eachChunk(Pages pages, Pages.Run run, ChunkAction action)
      throws IOException, ImageException {
    int most = (int) Math.min(CHUNK, run.length());
    ByteBuffer chunk = ByteBuffer.allocateDirect(most + AHEAD).order(ByteOrder.LITTLE_ENDIAN);
    for (long done = 0; done < run.length(); ) {
      chunk.clear().limit((int) Math.min(most, run.length() - done));
      pages.read(run, run.start() + done, chunk);
      chunk.flip();
      int length = chunk.limit();
      action.accept(run.start() + done, chunk);
      done += length;
    }
  }

  private void writeFully(ByteBuffer content, long at) throws IOException {
    while (content.hasRemaining()) {
      at += channel.write(content, at);
    }
  }

  /** Gives the file its full size, a hole at the end included, and forces it to disk. */
  public void finish() throws IOException {
    if (size > channel.size()) {
      writeFully(ByteBuffer.wrap(new byte[1]), size - 1);
    }
    channel.force(true);
  }

  private static boolean isZero(long[] words, int at) {
    for (int i = at; i < at + PAGE / Long.BYTES; i++) {
      if (words[i] != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
