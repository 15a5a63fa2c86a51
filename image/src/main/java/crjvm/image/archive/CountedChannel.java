package crjvm.image.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** Counts what is written to a channel, which belongs to somebody else and stays open. */
final class CountedChannel implements WritableByteChannel {
  private final WritableByteChannel out;
  private long count;
  private boolean isOpen = true;

  CountedChannel(WritableByteChannel out) {
    this.out = out;
  }

  /** In bytes. */
  long count() {
    return count;
  }

  /** All of it: an encrypting channel does not ask how much. */
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
