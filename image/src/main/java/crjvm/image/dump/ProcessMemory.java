package crjvm.image.dump;

import crjvm.image.ImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the dumped process's memory by address: dumped pages first, then the mapped file, and
 * otherwise zeroes.
 */
public final class ProcessMemory implements AutoCloseable {
  private static final int LONGEST_STRING = 4096;
  private static final int MOST_RECENT_PAGES = 256;

  private final Dump dump;
  private final Pages pages;
  private final TreeMap<Long, Mapping> mappings = new TreeMap<>();
  private final Map<String, FileChannel> files = new HashMap<>();

  /**
   * The pages that were read last, by address. HotSpot's tables lie close together, and so do the
   * strings that they point to.
   */
  private final Map<Long, ByteBuffer> recentPages =
      new LinkedHashMap<>(MOST_RECENT_PAGES, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, ByteBuffer> eldest) {
          return size() > MOST_RECENT_PAGES;
        }
      };

  public ProcessMemory(Dump dump, Pages pages) {
    this.dump = dump;
    this.pages = pages;
    for (Mapping mapping : dump.mappings()) {
      if (!mapping.isGuard()) { // A guard lies inside a mapping, whose memory goes on behind it.
        mappings.put(mapping.start(), mapping);
      }
    }
  }

  public long readLong(long address) throws IOException, ImageException {
    return read(address, Long.BYTES).getLong(0);
  }

  public int readInt(long address) throws IOException, ImageException {
    return read(address, Integer.BYTES).getInt(0);
  }

  /** Returns the 4 bytes at an address, or 0 if nothing is mapped there. */
  public int readCode(long address) throws IOException, ImageException {
    return mappingAt(address) == null ? 0 : readInt(address);
  }

  /** Returns a NUL-terminated string, or null for address 0. */
  public String readString(long address) throws IOException, ImageException {
    if (address == 0) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < LONGEST_STRING; i++) {
      byte next = page(address + i).get(inPage(address + i));
      if (next == 0) {
        return text.toString();
      }
      text.append((char) next);
    }
    throw new ImageException(
        "no string ends within " + LONGEST_STRING + " bytes at " + Long.toHexString(address));
  }

  /** Returns little-endian bytes, at position 0. */
  public ByteBuffer read(long address, int length) throws IOException, ImageException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    long at = address;
    while (buffer.hasRemaining()) {
      int count = Math.min(Pages.PAGE - inPage(at), buffer.remaining());
      buffer.put(buffer.position(), page(at), inPage(at), count);
      buffer.position(buffer.position() + count);
      at += count;
    }
    return buffer.rewind();
  }

  private static int inPage(long address) {
    return (int) (address & (Pages.PAGE - 1));
  }

  private ByteBuffer page(long address) throws IOException, ImageException {
    long start = address & -Pages.PAGE;
    ByteBuffer page = recentPages.get(start);
    if (page == null) {
      page = ByteBuffer.allocate(Pages.PAGE);
      readPage(start, page);
      recentPages.put(start, page);
    }
    return page;
  }

  private void readPage(long start, ByteBuffer page) throws IOException, ImageException {
    Mapping mapping = mappingAt(start);
    if (mapping == null) {
      throw new ImageException("the dump has no memory at " + Long.toHexString(start));
    }
    var dumped = pages.within(start, start + Pages.PAGE);
    if (!dumped.isEmpty()) {
      pages.read(dumped.get(0), start, page);
    } else if (mapping.isFile() && !mapping.isMemfd()) {
      channel(dump.file((int) mapping.fileId()).getReg().getName())
          .read(page, mapping.offset() + start - mapping.start());
    }
  }

  private FileChannel channel(String name) throws IOException {
    FileChannel channel = files.get(name);
    if (channel == null) {
      channel = FileChannel.open(Path.of(name), StandardOpenOption.READ);
      files.put(name, channel);
    }
    return channel;
  }

  /**
   * Returns the lowest address at which a file whose name ends with {@code suffix} is mapped, or 0.
   */
  public long baseOf(String suffix) throws ImageException {
    for (Mapping mapping : mappings.values()) {
      if (mapping.isFile() && !mapping.isMemfd() && nameOf(mapping).endsWith(suffix)) {
        return mapping.start() - mapping.offset();
      }
    }
    return 0;
  }

  public String nameOf(Mapping mapping) throws ImageException {
    return dump.file((int) mapping.fileId()).getReg().getName();
  }

  /** Returns the mapping that contains the address, or null. */
  public Mapping mappingAt(long address) {
    Map.Entry<Long, Mapping> entry = mappings.floorEntry(address);
    return entry == null || address >= entry.getValue().end() ? null : entry.getValue();
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : files.values()) {
      channel.close();
    }
  }
}
