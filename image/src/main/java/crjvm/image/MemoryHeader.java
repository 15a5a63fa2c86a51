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
 * The first page of an image's memory file. No process maps it. When a process that has mapped the
 * file is dumped, this page tells the file from others with the same name.
 *
 * @param id the image's id, as in the manifest and the plan
 */
public record MemoryHeader(UUID id) {
  /** The name of the memory file in every image. */
  public static final String FILE = "memory";

  private static final long MAGIC = 0x4d454d4d564a5243L; // "CRJVMMEM"
  private static final int SIZE = 3 * Long.BYTES;

  /** Returns the bytes at the start of the file. The rest of the page is zero. */
  public byte[] bytes() {
    ByteBuffer out = ByteBuffer.allocate(SIZE).order(ByteOrder.LITTLE_ENDIAN).putLong(MAGIC);
    out.order(ByteOrder.BIG_ENDIAN);
    return out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
  }

  /** Returns the header of a file, or empty if the file is not a memory file of an image. */
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
