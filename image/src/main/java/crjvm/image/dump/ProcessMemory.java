package crjvm.image.dump;

import crjvm.image.ImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the dumped process's memory by address: dumped pages first, then the mapped file, else
 * zeroes.
 */
public final class ProcessMemory implements AutoCloseable {
  private static final int LONGEST_STRING = 4096;

  private final Dump dump;
  private final Pages pages;
  private final TreeMap<Long, Mapping> mappings = new TreeMap<>();
  private final Map<String, FileChannel> files = new HashMap<>();

  public ProcessMemory(Dump dump, Pages pages) {
    this.dump = dump;
    this.pages = pages;
    for (Mapping mapping : dump.mappings()) {
      mappings.put(mapping.start(), mapping);
    }
  }

  public long readLong(long address) throws IOException, ImageException {
    return read(address, Long.BYTES).getLong(0);
  }

  public int readInt(long address) throws IOException, ImageException {
    return read(address, Integer.BYTES).getInt(0);
  }

  /** A NUL-terminated string; null for address 0. */
  public String readString(long address) throws IOException, ImageException {
    if (address == 0) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < LONGEST_STRING; i++) {
      byte next = read(address + i, 1).get(0);
      if (next == 0) {
        return text.toString();
      }
      text.append((char) next);
    }
    throw new ImageException(
        "no string ends within " + LONGEST_STRING + " bytes at " + Long.toHexString(address));
  }

  /** Little-endian bytes, position 0. */
  public ByteBuffer read(long address, int length) throws IOException, ImageException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    long at = address;
    while (buffer.hasRemaining()) {
      Map.Entry<Long, Mapping> entry = mappings.floorEntry(at);
      if (entry == null || at >= entry.getValue().end()) {
        throw new ImageException("the dump has no memory at " + Long.toHexString(at));
      }
      long pageEnd = (at & -Pages.PAGE) + Pages.PAGE;
      int count = (int) Math.min(pageEnd - at, buffer.remaining());
      ByteBuffer part = buffer.slice(buffer.position(), count);
      readWithinPage(entry.getValue(), at, part);
      buffer.position(buffer.position() + count);
      at += count;
    }
    return buffer.rewind();
  }

  private void readWithinPage(Mapping mapping, long address, ByteBuffer part)
      throws IOException, ImageException {
    var dumped = pages.within(address, address + part.remaining());
    if (!dumped.isEmpty()) {
      pages.read(dumped.get(0), address, part);
    } else if (mapping.isFile() && !mapping.isMemfd()) {
      channel(dump.file((int) mapping.fileId()).getReg().getName())
          .read(part, mapping.offset() + address - mapping.start());
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

  /** The lowest address at which a file whose name ends with {@code suffix} is mapped, or 0. */
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

  /** The mapping that holds the address, or null. */
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
