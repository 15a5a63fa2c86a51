package crjvm.image.dump;

import crjvm.image.ImageException;
import crjvm.image.dump.proto.PagemapEntry;
import crjvm.image.dump.proto.PagemapHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The dumped pages of one address space or one shared object: a pagemap and the file of page
 * contents that it names.
 */
public final class Pages implements AutoCloseable {
  public static final int PAGE = 4096;

  private static final int IN_PARENT = 1;
  private static final int PRESENT = 4;

  /**
   * Dumped pages without a gap.
   *
   * @param start first byte: an address, or an offset in a shared object
   * @param length bytes, whole pages
   * @param offset where the content lies in the file of page contents
   */
  public record Run(long start, long length, long offset) {
    public long end() {
      return start + length;
    }
  }

  private final FileChannel channel;
  private final TreeMap<Long, Run> runs;

  private Pages(FileChannel channel, TreeMap<Long, Run> runs) {
    this.channel = channel;
    this.runs = runs;
  }

  /** The private pages of process {@code pid}. */
  public static Pages ofProcess(Path folder, int pid) throws IOException, ImageException {
    return open(folder, "pagemap-" + pid + ".img");
  }

  /** The pages of a shared anonymous object; addresses are offsets in it. */
  public static Pages ofShared(Path folder, long shmid) throws IOException, ImageException {
    return open(folder, "pagemap-shmem-" + shmid + ".img");
  }

  private static Pages open(Path folder, String pagemap) throws IOException, ImageException {
    TreeMap<Long, Run> runs = new TreeMap<>();
    int pagesId;
    try (DumpFile file = new DumpFile(folder.resolve(pagemap))) {
      PagemapHead head = file.next(PagemapHead.parser());
      if (head == null) {
        throw new ImageException("CRIU's file \"" + folder.resolve(pagemap) + "\" is empty");
      }
      pagesId = head.getPagesId();
      long offset = 0;
      for (PagemapEntry entry; (entry = file.next(PagemapEntry.parser())) != null; ) {
        long pages =
            entry.hasNrPages()
                ? entry.getNrPages()
                : Integer.toUnsignedLong(entry.getCompatNrPages());
        if (entry.getInParent() || (entry.getFlags() & IN_PARENT) != 0) {
          throw new ImageException(
              "the dump is incremental: pages lie in a parent dump; make a full one");
        }
        if ((entry.getFlags() & PRESENT) != 0) {
          runs.put(entry.getVaddr(), new Run(entry.getVaddr(), pages * PAGE, offset));
          offset += pages * PAGE;
        }
      }
    }
    Path content = folder.resolve("pages-" + pagesId + ".img");
    return new Pages(FileChannel.open(content, StandardOpenOption.READ), runs);
  }

  /**
   * The dumped runs within a span, cut at its borders, ascending: an entry of CRIU's may reach over
   * several mappings.
   */
  public List<Run> within(long start, long end) {
    List<Run> cut = new ArrayList<>();
    Map.Entry<Long, Run> before = runs.lowerEntry(start);
    if (before != null) {
      addCut(cut, before.getValue(), start, end);
    }
    for (Run run : runs.subMap(start, true, end, false).values()) {
      addCut(cut, run, start, end);
    }
    return cut;
  }

  private static void addCut(List<Run> cut, Run run, long start, long end) {
    long from = Math.max(start, run.start());
    long to = Math.min(end, run.end());
    if (from < to) {
      cut.add(new Run(from, to - from, run.offset() + from - run.start()));
    }
  }

  /** Fills the buffer with page contents from an offset that a run gave. */
  public void read(long offset, ByteBuffer buffer) throws IOException, ImageException {
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, offset);
      if (count < 0) {
        throw new ImageException("CRIU's file of page contents ends early");
      }
      offset += count;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
