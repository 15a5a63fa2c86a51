package crjvm.it.app;

import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/** Direct and mapped buffers: some with content from before the checkpoint, and new ones. */
final class BufferExercise implements Exercise {
  private static final int SIZE = 4 << 20;
  private static final int NEW_BUFFERS = 64;

  private final Path path = Path.of("mapped").toAbsolutePath();
  private final ByteBuffer direct = ByteBuffer.allocateDirect(SIZE);
  private MappedByteBuffer readOnly;
  private MappedByteBuffer shared;
  private MappedByteBuffer copyOnWrite;
  private long expected;

  @Override
  public void prepare() throws Exception {
    byte[] content = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      content[i] = (byte) (i * 31 + (i >> 12));
    }
    direct.put(0, content);
    Files.write(path, content);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      readOnly = channel.map(MapMode.READ_ONLY, 0, SIZE);
      shared = channel.map(MapMode.READ_WRITE, 0, SIZE);
      copyOnWrite = channel.map(MapMode.PRIVATE, 0, SIZE);
    }
    copyOnWrite.putInt(8192, 77);
    expected = checksum(direct);
  }

  private static long checksum(ByteBuffer buffer) {
    CRC32 crc = new CRC32();
    crc.update(buffer.duplicate().clear());
    return crc.getValue();
  }

  @Override
  public String run() throws Exception {
    Exercise.check(checksum(direct) == expected, "the direct buffer differs");
    Exercise.check(checksum(readOnly) == expected, "the mapped buffer differs");
    Exercise.check(copyOnWrite.getInt(8192) == 77, "a private change is lost");
    int before = shared.getInt(4096);
    shared.putInt(4096, 99);
    shared.force();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      ByteBuffer word = ByteBuffer.allocate(4);
      channel.read(word, 4096);
      Exercise.check(word.getInt(0) == 99, "a shared change does not reach the file");
    }
    Exercise.check(readOnly.getInt(4096) == 99, "two mappings of one file differ");
    shared.putInt(4096, before);
    for (int i = 0; i < NEW_BUFFERS; i++) {
      ByteBuffer fresh = ByteBuffer.allocateDirect(1 << 20);
      for (int at = 0; at < fresh.capacity(); at += 512) {
        Exercise.check(fresh.get(at) == 0, "a new direct buffer is not zero");
      }
      fresh.putLong(0, i).putLong(fresh.capacity() - 8, i);
    }
    return "crc " + Long.toHexString(expected);
  }
}
