package crjvm.image.dump;

import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files as CRIU does, for tests. */
public final class TestDump {
  private static final int COMMON_MAGIC = 0x54564319;
  private static final int ANY_MAGIC = 0x56084025;

  private TestDump() {}

  /** Writes a file of entries. */
  public static void write(Path file, Message... entries) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(word(COMMON_MAGIC));
    out.writeBytes(word(ANY_MAGIC));
    for (Message entry : entries) {
      out.writeBytes(word(entry.getSerializedSize()));
      entry.writeTo(out);
    }
    Files.write(file, out.toByteArray());
  }

  private static byte[] word(int word) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(word).array();
  }
}
