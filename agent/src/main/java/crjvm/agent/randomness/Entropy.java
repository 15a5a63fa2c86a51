package crjvm.agent.randomness;

import crjvm.agent.os.jna.Kernel;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Random bytes directly from the kernel. Another source in this process may have buffered bytes
 * before the checkpoint.
 */
public final class Entropy {
  private static final int SIZE = 1024;

  private final ByteBuffer buffer = ByteBuffer.allocate(SIZE).limit(0);

  /** Discards the rest of an earlier use. */
  public void clear() {
    buffer.limit(0);
  }

  public long nextLong() throws IOException {
    return fill(Long.BYTES).getLong();
  }

  byte[] bytes(int count) throws IOException {
    byte[] bytes = new byte[count];
    fill(count).get(bytes);
    return bytes;
  }

  private ByteBuffer fill(int needed) throws IOException {
    if (buffer.remaining() < needed) {
      buffer.clear();
      Kernel.random(buffer.array());
    }
    return buffer;
  }
}
