package crjvm.trial;

import crjvm.image.plan.PlanArea;
import crjvm.image.plan.PlanCopy;
import crjvm.image.plan.PlanWorkingSet;
import crjvm.image.plan.PlanWorkingSet.Use;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongToIntFunction;
import java.util.stream.IntStream;

/**
 * The pages that a process has, from {@code /proc/PID/pagemap}. This file has a word for each page
 * of the address space, which the owner of the process may read
 * (Documentation/admin-guide/mm/pagemap.rst).
 */
final class PageMap {
  private static final int PAGE = 4096;
  private static final long PRESENT = 1L << 63;

  /** The page belongs to a file, and is not the process's own copy. */
  private static final long OF_FILE = 1L << 61;

  private static final int READ_WRITE = 3;

  /**
   * The largest number of pages between two pages of the working set that are read together with
   * these.
   */
  private static final int GAP = 8;

  private static final int CHUNK = 1 << 16; // pages

  private final Path file;

  PageMap(long pid) {
    file = Path.of("/proc", Long.toString(pid), "pagemap");
  }

  /**
   * Returns the pages of private areas that the process has its own copies of by now.
   *
   * @param copies the pages that it had copies of from the beginning
   * @return the page numbers by the start of their area, relative to that start
   */
  SortedMap<Long, BitSet> written(List<PlanArea> areas, List<PlanCopy> copies) throws IOException {
    SortedMap<Long, BitSet> written = new TreeMap<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (PlanArea area : areas) {
        if (isPrivate(area) && (area.prot() & READ_WRITE) == READ_WRITE) {
          BitSet pages = pages(channel, area, OF_FILE);
          clear(pages, area, copies);
          written.put(area.start(), pages);
        }
      }
    }
    return written;
  }

  /**
   * Returns the pages of private areas of files that the process has by now, whether they belong to
   * the file or are the process's own copies.
   *
   * @return the page numbers by the start of their area, relative to that start
   */
  SortedMap<Long, BitSet> touched(List<PlanArea> areas) throws IOException {
    SortedMap<Long, BitSet> touched = new TreeMap<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (PlanArea area : areas) {
        if (isPrivate(area) && area.object() != PlanArea.ANONYMOUS) {
          touched.put(area.start(), pages(channel, area, 0));
        }
      }
    }
    return touched;
  }

  private static boolean isPrivate(PlanArea area) {
    return (area.flags() & PlanArea.SHARED) == 0;
  }

  /**
   * Returns the pages that are in enough of these results.
   *
   * @param each results of {@link #written}
   * @param least returns the number that is enough for the area with this start
   */
  static SortedMap<Long, BitSet> common(
      List<SortedMap<Long, BitSet>> each, LongToIntFunction least) {
    SortedMap<Long, int[]> counts = new TreeMap<>();
    for (SortedMap<Long, BitSet> one : each) {
      one.forEach(
          (start, pages) -> {
            int[] count = counts.getOrDefault(start, new int[0]);
            int[] longer = Arrays.copyOf(count, Math.max(count.length, pages.length()));
            pages.stream().forEach(page -> longer[page]++);
            counts.put(start, longer);
          });
    }
    SortedMap<Long, BitSet> common = new TreeMap<>();
    counts.forEach(
        (start, count) -> {
          BitSet often = new BitSet();
          int enough = least.applyAsInt(start);
          IntStream.range(0, count.length)
              .filter(page -> count[page] >= enough)
              .forEach(often::set);
          common.put(start, often);
        });
    return common;
  }

  /**
   * Returns the working set as sequences of pages. Pages between two pages of the set are read with
   * them where that takes less time than another request to the disk.
   *
   * @param written the pages to be written
   * @param touched a result of {@link #touched}
   */
  static List<PlanWorkingSet> set(
      SortedMap<Long, BitSet> written, SortedMap<Long, BitSet> touched) {
    List<PlanWorkingSet> set = new ArrayList<>();
    SortedSet<Long> starts = new TreeSet<>(written.keySet());
    starts.addAll(touched.keySet());
    for (long start : starts) {
      BitSet writes = written.getOrDefault(start, new BitSet());
      BitSet reads = new BitSet();
      if (touched.containsKey(start)) {
        reads.or(touched.get(start));
        reads.or(writes);
        fillGaps(reads);
        reads.andNot(writes);
      }
      addRuns(set, start, writes, Use.WRITE);
      addRuns(set, start, reads, Use.READ);
    }
    set.sort(Comparator.comparingLong(PlanWorkingSet::start));
    return set;
  }

  private static void fillGaps(BitSet pages) {
    for (int to = pages.nextClearBit(pages.nextSetBit(0) + 1); to < pages.length(); ) {
      int from = pages.nextSetBit(to);
      if (from - to <= GAP) {
        pages.set(to, from);
      }
      to = pages.nextClearBit(from);
    }
  }

  /** Returns the pages that are present and don't have this bit. */
  private static BitSet pages(FileChannel channel, PlanArea area, long without) throws IOException {
    BitSet found = new BitSet();
    ByteBuffer words = ByteBuffer.allocate(CHUNK * Long.BYTES).order(ByteOrder.nativeOrder());
    int pages = Math.toIntExact(area.length() / PAGE);
    for (int page = 0; page < pages; ) {
      words.clear().limit(Math.min(CHUNK, pages - page) * Long.BYTES);
      if (channel.read(words, (area.start() / PAGE + page) * Long.BYTES) < Long.BYTES) {
        break; // the area was unmapped
      }
      for (LongBuffer read = words.flip().asLongBuffer(); read.hasRemaining(); page++) {
        long word = read.get();
        found.set(page, (word & PRESENT) != 0 && (word & without) == 0);
      }
    }
    return found;
  }

  /** Removes the pages that are in a copy. */
  static void clear(BitSet written, PlanArea area, List<PlanCopy> copies) {
    for (PlanCopy copy : copies) {
      long from = Math.max(copy.start(), area.start());
      long to = Math.min(copy.start() + copy.length(), area.end());
      if (from < to) {
        written.clear((int) ((from - area.start()) / PAGE), (int) ((to - area.start()) / PAGE));
      }
    }
  }

  /** Adds pages as sequences, beginning at {@code start}. */
  private static void addRuns(List<PlanWorkingSet> set, long start, BitSet pages, Use use) {
    for (int from = pages.nextSetBit(0); from >= 0; ) {
      int to = pages.nextClearBit(from);
      set.add(new PlanWorkingSet(start + (long) from * PAGE, to - from, use));
      from = pages.nextSetBit(to);
    }
  }
}
