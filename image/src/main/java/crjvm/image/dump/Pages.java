package crjvm.image.dump;

import crjvm.image.ImageException;
import crjvm.image.arch.Architecture;
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
 * The pages of one address space or one shared object: what CRIU dumped of it (a pagemap and the
 * file of page contents that it names), and below that what lies in an earlier image.
 */
public final class Pages implements AutoCloseable {
  public static final int PAGE = Architecture.PAGE;

  private static final int IN_PARENT = 1;
  private static final int PRESENT = 4;

  /**
   * Pages without a gap.
   *
   * @param file which file holds the content
   * @param start first byte: an address, or an offset in a shared object
   * @param length bytes, whole pages
   * @param offset where the content lies in the file
   */
  public record Run(int file, long start, long length, long offset) {
    public long end() {
      return start + length;
    }

    /** The part from one address to another, both within. */
    public Run part(long from, long to) {
      return new Run(file, from, to - from, offset + from - start);
    }
  }

  private final List<FileChannel> files = new ArrayList<>();
  private final TreeMap<Long, Run> runs;

  private Pages(FileChannel dumped, TreeMap<Long, Run> runs) {
    files.add(dumped);
    this.runs = runs;
  }

  /** The private pages of the dumped process, those that it never changed included. */
  public static Pages of(Dump dump) throws IOException, ImageException {
    Pages pages = ofProcess(dump.folder(), dump.pid());
    for (EarlierImage.Part part : dump.earlierImage().parts()) {
      pages.addBelow(part);
    }
    return pages;
  }

  /** The private pages of process {@code pid}, as far as they were dumped. */
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
          runs.put(entry.getVaddr(), new Run(0, entry.getVaddr(), pages * PAGE, offset));
          offset += pages * PAGE;
        }
      }
    }
    Path content = folder.resolve("pages-" + pagesId + ".img");
    return new Pages(FileChannel.open(content, StandardOpenOption.READ), runs);
  }

  /** Where nothing was dumped, the pages are the file's. */
  void addBelow(EarlierImage.Part part) throws IOException {
    Run whole = new Run(files.size(), part.start(), part.length(), part.offset());
    files.add(FileChannel.open(part.file(), StandardOpenOption.READ));
    long at = whole.start();
    for (Run run : within(whole.start(), whole.end())) {
      addGap(whole, at, run.start());
      at = run.end();
    }
    addGap(whole, at, whole.end());
  }

  private void addGap(Run whole, long from, long to) {
    if (from < to) {
      runs.put(from, whole.part(from, to));
    }
  }

  /**
   * The runs within a span, cut at its borders, ascending: an entry of CRIU's may reach over
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
      cut.add(run.part(from, to));
    }
  }

  /** Fills the buffer with the contents of a run, from an address on. */
  public void read(Run run, long address, ByteBuffer buffer) throws IOException, ImageException {
    long offset = run.offset() + address - run.start();
    while (buffer.hasRemaining()) {
      int count = files.get(run.file()).read(buffer, offset);
      if (count < 0) {
        throw new ImageException("a file of page contents ends early");
      }
      offset += count;
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel file : files) {
      file.close();
    }
  }
}
