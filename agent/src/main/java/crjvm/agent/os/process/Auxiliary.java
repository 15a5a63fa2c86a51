package crjvm.agent.os.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the auxiliary vector: values that the kernel gives to each process at its start. */
public final class Auxiliary {
  private static final Path FILE = Path.of("/proc/self/auxv");
  private static final long AT_PAGESZ = 6;

  private Auxiliary() {}

  /** Returns the size of a page of memory in bytes, or 0 if it is unknown. */
  public static long pageSize() throws IOException {
    return find(Files.readAllBytes(FILE), AT_PAGESZ);
  }

  private static long find(byte[] pairs, long type) {
    ByteBuffer words = ByteBuffer.wrap(pairs).order(ByteOrder.nativeOrder());
    while (words.remaining() >= 2 * Long.BYTES) {
      long found = words.getLong();
      long value = words.getLong();
      if (found == type) {
        return value;
      }
    }
    return 0;
  }
}
