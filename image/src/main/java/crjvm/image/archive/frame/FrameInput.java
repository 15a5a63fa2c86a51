package crjvm.image.archive.frame;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;

/** Reads the stream that was packed into frames. Several frames are decompressed at a time. */
public final class FrameInput implements AutoCloseable {
  private static final class Slot implements AutoCloseable {
    private final ByteBuffer packed = ByteBuffer.allocateDirect(ZstdLibrary.FRAME_BOUND);
    private final ByteBuffer plain = ByteBuffer.allocateDirect(ArchiveFormat.FRAME);
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private long position;
    private Future<?> task;

    private void decompress() {
      int size =
          context.decompressDirectByteBuffer(plain, 0, plain.capacity(), packed, 0, packed.limit());
      plain.clear().limit(size);
    }

    @Override
    public void close() {
      context.close();
    }
  }

  private final FrameScanner scanner;
  private final FrameThreads threads;
  private final Progress progress;
  private final long total;
  private final Deque<Slot> free = new ArrayDeque<>();
  private final Deque<Slot> pending = new ArrayDeque<>();
  private Slot current;
  private int slots;
  private boolean hasEnded;

  /** The fault that was found while reading ahead. The frames before it are returned first. */
  private ArchiveException fault;

  /**
   * Reads from a stream.
   *
   * @param total the size of the archive in bytes, or 0 if it is unknown
   */
  public FrameInput(InputStream in, int threads, long total, Progress progress) {
    this.scanner = new FrameScanner(in);
    this.threads = new FrameThreads(threads);
    this.total = total;
    this.progress = progress;
  }

  /** Returns the number of bytes of the archive that were read. */
  public long position() {
    return scanner.position();
  }

  /**
   * Returns the next part of the stream, which is valid until the next call.
   *
   * @param max the largest number of bytes
   * @return a part that is not empty, or null at the end of an archive that is completely undamaged
   */
  public ByteBuffer take(long max) throws IOException, ArchiveException {
    while (current == null || !current.plain.hasRemaining()) {
      if (current != null) {
        free.add(current);
        current = null;
      }
      readAhead();
      if (pending.isEmpty() && fault != null) {
        throw fault;
      } else if (pending.isEmpty()) {
        return null;
      }
      current = pending.remove();
      await(current);
      progress.at(current.position, total);
    }
    ByteBuffer plain = current.plain;
    int count = (int) Math.min(max, plain.remaining());
    ByteBuffer part = plain.slice(plain.position(), count);
    plain.position(plain.position() + count);
    return part;
  }

  /** Reads the rest, so that any damage has been found when this returns. */
  public void drain() throws IOException, ArchiveException {
    ByteBuffer part;
    do {
      part = take(Long.MAX_VALUE);
    } while (part != null);
  }

  private void readAhead() throws IOException {
    while (!hasEnded && (!free.isEmpty() || slots <= threads.count())) {
      long position = scanner.position();
      hasEnded = !scan();
      if (!hasEnded) {
        Slot slot = freeSlot();
        slot.position = position;
        slot.packed.clear().put(scanner.frame()).flip();
        slot.task = threads.submit(slot::decompress);
        pending.add(slot);
      }
    }
  }

  private Slot freeSlot() {
    if (free.isEmpty()) {
      slots++;
      return new Slot();
    }
    return free.remove();
  }

  private boolean scan() throws IOException {
    try {
      return scanner.next();
    } catch (ArchiveException e) {
      fault = e;
      return false;
    }
  }

  private static void await(Slot slot) throws IOException, ArchiveException {
    try {
      FrameThreads.await(slot.task);
    } catch (ZstdException e) {
      throw FrameScanner.damaged(
          slot.position, "the frame here can't be decompressed (" + e.getMessage() + ")");
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
