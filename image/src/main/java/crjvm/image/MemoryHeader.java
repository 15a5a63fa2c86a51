package crjvm.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * The first page of an image's memory file, which no process maps: it tells the file from others of
 * its name when a process is dumped that has it mapped.
 *
 * @param id the image's, as in manifest and plan
 */
public record MemoryHeader(UUID id) {
  /** What the memory file is called in every image. */
  public static final String FILE = "memory";

  private static final long MAGIC = 0x4d454d4d564a5243L; // "CRJVMMEM"
  private static final int SIZE = 3 * Long.BYTES;

  /** The bytes at the file's start; the rest of the page is zero. */
  public byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN).putLong(MAGIC);
    out.order(ByteOrder.BIG_ENDIAN);
    return out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
  }

  /** The header of a file; empty when the file is no memory file of an image. */
  public static Optional<MemoryHeader> read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(SIZE);
    }
    ByteBuffer buffer = ByteBuffer.wrap(Arrays.copyOf(bytes, SIZE));
    if (buffer.order(ByteOrder.LITTLE_ENDIAN).getLong() != MAGIC) {
      return Optional.empty();
    }
    buffer.order(ByteOrder.BIG_ENDIAN);
    return Optional.of(new MemoryHeader(new UUID(buffer.getLong(), buffer.getLong())));
  }
}
