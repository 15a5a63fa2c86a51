package crjvm.image.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Counts the bytes that are written to a channel. The channel belongs to the caller and stays open.
 */
final class CountedChannel implements WritableByteChannel {
  private final WritableByteChannel out;
  private long count;
  private boolean isOpen = true;

  CountedChannel(WritableByteChannel out) {
    this.out = out;
  }

  /** Returns the number of bytes. */
  long count() {
    return count;
  }

  /** Writes all bytes. An encrypting channel does not look at the number that was written. */
  @Override
  public int write(ByteBuffer bytes) throws IOException {
    int length = bytes.remaining();
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
    count += length;
    return length;
  }

  @Override
  public boolean isOpen() {
    return isOpen;
  }

  @Override
  public void close() {
    isOpen = false;
  }
}
