package crjvm.image.dump;

import crjvm.image.ImageException;
import crjvm.image.arch.Page;
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
 * The pages of one address space or one shared object. The pages that CRIU dumped are described by
 * a pagemap and lie in the file of page contents that it names. The other pages may lie in an
 * earlier image.
 */
public final class Pages implements AutoCloseable {
  public static final int PAGE = Page.SIZE;

  private static final int IN_PARENT = 1;
  private static final int PRESENT = 4;

  /**
   * Pages without a gap.
   *
   * @param file the index of the file with the content
   * @param start the first byte: an address, or an offset in a shared object
   * @param length the length in bytes, in whole pages
   * @param offset the offset of the content in the file
   */
  public record Run(int file, long start, long length, long offset) {
    public long end() {
      return start + length;
    }

    /** Returns the part from one address to another, both of which are within the run. */
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

  /** Returns the private pages of the dumped process, including those that it never changed. */
  public static Pages of(Dump dump) throws IOException, ImageException {
    Pages pages = ofProcess(dump.folder(), dump.pid());
    for (EarlierImage.Part part : dump.earlierImage().parts()) {
      pages.addBelow(part);
    }
    return pages;
  }

  /** Returns the private pages of process {@code pid} that were dumped. */
  public static Pages ofProcess(Path folder, int pid) throws IOException, ImageException {
    return open(folder, "pagemap-" + pid + ".img");
  }

  /** Returns the pages of a shared anonymous object. Addresses are offsets in it. */
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

  /** Adds the pages of a file where nothing was dumped. */
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
   * Returns the runs within a range, cut at its borders and in ascending order. An entry of CRIU's
   * may extend over several mappings.
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

  /** Fills the buffer with the contents of a run, starting at an address. */
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

  /** Puts the contents at an address into the buffer, as far as the address's run has them. */
  public void readIfThere(long address, ByteBuffer buffer) throws IOException, ImageException {
    Map.Entry<Long, Run> run = runs.floorEntry(address);
    long left = run == null ? 0 : Math.max(0, run.getValue().end() - address);
    if (left > 0) {
      buffer.limit((int) Math.min(buffer.limit(), buffer.position() + left));
      read(run.getValue(), address, buffer);
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel file : files) {
      file.close();
    }
  }
}
