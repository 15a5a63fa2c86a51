package crjvm.oci.layer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;

/**
 * Compresses a stream by gzip with several threads. The stream is cut into pieces of equal size,
 * and each becomes a member of its own, because a gzip file may have any number of members.
 */
final class GzipOutput extends OutputStream {
  private static final int PIECE = 1 << 20;

  private final OutputStream out;
  private final int count;
  private final ExecutorService threads;
  private final Deque<Future<byte[]>> pending = new ArrayDeque<>();
  private byte[] piece = new byte[PIECE];
  private int filled;
  private boolean isEmpty = true;
  private boolean isClosed;

  GzipOutput(OutputStream out, int count) {
    this.out = out;
    this.count = count;
    threads =
        Executors.newFixedThreadPool(
            count,
            task -> {
              Thread thread = new Thread(task, "crjvm gzip");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int at = 0; at < length; ) {
      int part = Math.min(length - at, PIECE - filled);
      System.arraycopy(bytes, offset + at, piece, filled, part);
      filled += part;
      at += part;
      if (filled == PIECE) {
        submit();
      }
    }
  }

  private void submit() throws IOException {
    byte[] plain = piece;
    int length = filled;
    pending.add(threads.submit(() -> compress(plain, length)));
    piece = new byte[PIECE];
    filled = 0;
    isEmpty = false;
    if (pending.size() > 2 * count) {
      writeOldest();
    }
  }

  private static byte[] compress(byte[] plain, int length) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(length / 2);
    try (OutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain, 0, length);
    }
    return packed.toByteArray();
  }

  private void writeOldest() throws IOException {
    try {
      out.write(pending.remove().get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() throws IOException {
    if (isClosed) {
      return;
    }
    isClosed = true;
    try (out) {
      if (filled > 0 || isEmpty) {
        submit();
      }
      while (!pending.isEmpty()) {
        writeOldest();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
