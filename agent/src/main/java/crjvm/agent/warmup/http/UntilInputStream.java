package crjvm.agent.warmup.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** The input of a socket with a time limit for all of its data, not only for the next part. */
final class UntilInputStream extends FilterInputStream {
  private final Socket socket;
  private final long end;

  UntilInputStream(Socket socket, Duration limit) throws IOException {
    super(socket.getInputStream());
    this.socket = socket;
    end = System.nanoTime() + limit.toNanos();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    long left = (end - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new SocketTimeoutException("time is up");
    }
    socket.setSoTimeout((int) left);
    return super.read(buffer, offset, length);
  }
}
