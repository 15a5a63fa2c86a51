package crjvm.image.archive.frame;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/**
 * Cuts a stream into frames and compresses several at a time. The frames depend on the stream and
 * the level only, not on the number of threads.
 */
public final class FrameOutput implements AutoCloseable {
  private static final class Slot implements AutoCloseable {
    private final ByteBuffer plain = ByteBuffer.allocateDirect(ArchiveFormat.FRAME);
    private final ByteBuffer packed = ByteBuffer.allocateDirect(ZstdLibrary.FRAME_BOUND);
    private final ZstdCompressCtx context = new ZstdCompressCtx();
    private Future<?> task;

    Slot(int level) {
      context.setLevel(level).setChecksum(true).setContentSize(true);
    }

    private void compress() {
      packed.clear();
      int size =
          context.compressDirectByteBuffer(
              packed, 0, packed.capacity(), plain, 0, plain.position());
      packed.limit(size);
    }

    @Override
    public void close() {
      context.close();
    }
  }

  private final WritableByteChannel out;
  private final FrameThreads threads;
  private final int level;
  private final Deque<Slot> free = new ArrayDeque<>();
  private final Deque<Slot> pending = new ArrayDeque<>();
  private final CRC32C checksum = new CRC32C();
  private Slot current;
  private int slots;
  private long written;

  public FrameOutput(WritableByteChannel out, int threads, int level) {
    this.out = out;
    this.threads = new FrameThreads(threads);
    this.level = level;
  }

  /** Returns the number of bytes so far. */
  public long written() {
    return written;
  }

  public void write(byte[] bytes) throws IOException {
    for (int at = 0; at < bytes.length; ) {
      ByteBuffer space = space();
      int count = Math.min(space.remaining(), bytes.length - at);
      space.put(bytes, at, count);
      at += count;
    }
  }

  /**
   * Reads from a file at most as much as still fits into the frame.
   *
   * @return the number of bytes read, at least 1
   */
  public long copy(FileChannel file, long at, long length) throws IOException {
    ByteBuffer space = space();
    int count = (int) Math.min(space.remaining(), length);
    space.limit(space.position() + count);
    int read = file.read(space, at);
    space.limit(space.capacity());
    if (read <= 0) {
      throw new EOFException();
    }
    return read;
  }

  /** Completes the stream. */
  public void finish() throws IOException {
    if (current != null && current.plain.position() > 0) {
      submit();
    }
    while (!pending.isEmpty()) {
      writeOldest();
    }
    ByteBuffer end =
        ByteBuffer.allocate(2 * Integer.BYTES + ArchiveFormat.END_SIZE)
            .order(ByteOrder.LITTLE_ENDIAN);
    end.putInt(ArchiveFormat.END_MAGIC).putInt(ArchiveFormat.END_SIZE);
    end.putLong(ArchiveFormat.END_TAG).putLong(written).putInt((int) checksum.getValue());
    writeFully(end.flip());
  }

  /** Returns the space for the next bytes of the stream, which is never empty. */
  private ByteBuffer space() throws IOException {
    if (current != null && !current.plain.hasRemaining()) {
      submit();
    }
    if (current == null) {
      current = nextSlot();
      current.plain.clear();
    }
    return current.plain;
  }

  private void submit() {
    Slot slot = current;
    slot.task = threads.submit(slot::compress);
    pending.add(slot);
    current = null;
  }

  private Slot nextSlot() throws IOException {
    if (free.isEmpty() && slots <= threads.count()) { // one more than threads: it is being filled
      slots++;
      return new Slot(level);
    }
    if (free.isEmpty()) {
      writeOldest();
    }
    return free.remove();
  }

  private void writeOldest() throws IOException {
    Slot slot = pending.remove();
    free.add(slot);
    try {
      FrameThreads.await(slot.task);
    } catch (ZstdException e) {
      throw new IOException("zstd: " + e.getMessage(), e);
    }
    checksum.update(slot.packed.duplicate());
    writeFully(slot.packed);
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      written += out.write(bytes);
    }
  }

  @Override
  public void close() {
    threads.close();
    pending.forEach(Slot::close);
    free.forEach(Slot::close);
    if (current != null) {
      current.close();
    }
  }
}
