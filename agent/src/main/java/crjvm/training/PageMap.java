package crjvm.training;

import crjvm.image.plan.PlanArea;
import crjvm.image.plan.PlanWorkingSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Which pages a process has, from {@code /proc/PID/pagemap}: a word for every page of the address
 * space, readable for whoever the process belongs to (Documentation/admin-guide/mm/pagemap.rst).
 */
final class PageMap {
  private static final int PAGE = 4096;
  private static final long PRESENT = 1L << 63;

  /** Of a file, not a copy of the process's own. */
  private static final long OF_FILE = 1L << 61;

  private static final int READABLE = 1;
  private static final int WRITABLE = 2;

  /**
   * Pages between two that were read, up to this number, are asked for with them: the kernel brings
   * that many at a fault anyway.
   */
  private static final int MERGED_GAP = 16;

  private static final int CHUNK = 1 << 16; // pages

  /** What a process did with a page. */
  enum Use {
    NONE,
    READ,
    WRITTEN
  }

  private final Path file;

  PageMap(long pid) {
    file = Path.of("/proc", Long.toString(pid), "pagemap");
  }

  /** The pages within private areas that the process has by now. */
  List<PlanWorkingSet> workingSet(List<PlanArea> areas) throws IOException {
    List<PlanWorkingSet> set = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (PlanArea area : areas) {
        boolean isPrivate = (area.flags() & PlanArea.SHARED) == 0;
        if (isPrivate && (area.prot() & READABLE) != 0) {
          addRuns(set, area.start(), uses(channel, area));
        }
      }
    }
    return set;
  }

  private static List<Use> uses(FileChannel channel, PlanArea area) throws IOException {
    boolean isWritable = (area.prot() & WRITABLE) != 0;
    List<Use> uses = new ArrayList<>();
    ByteBuffer words = ByteBuffer.allocate(CHUNK * Long.BYTES).order(ByteOrder.nativeOrder());
    long pages = area.length() / PAGE;
    while (uses.size() < pages) {
      long at = area.start() / PAGE + uses.size();
      words.clear().limit((int) Math.min(CHUNK, pages - uses.size()) * Long.BYTES);
      if (channel.read(words, at * Long.BYTES) < Long.BYTES) {
        break; // unmapped by now
      }
      LongBuffer read = words.flip().asLongBuffer();
      while (read.hasRemaining()) {
        uses.add(use(read.get(), isWritable));
      }
    }
    return uses;
  }

  private static Use use(long word, boolean isWritable) {
    if ((word & PRESENT) == 0) {
      return Use.NONE;
    }
    return (word & OF_FILE) == 0 && isWritable ? Use.WRITTEN : Use.READ;
  }

  /** Adds what was used, from {@code start} on, as runs. */
  static void addRuns(List<PlanWorkingSet> set, long start, List<Use> uses) {
    for (int from = 0; from < uses.size(); ) {
      Use use = uses.get(from);
      int to = endOfRun(uses, from);
      if (use != Use.NONE) {
        set.add(new PlanWorkingSet(start + (long) from * PAGE, to - from, use == Use.WRITTEN));
      }
      from = to;
    }
  }

  private static int endOfRun(List<Use> uses, int from) {
    Use use = uses.get(from);
    int end = from + 1;
    int gap = use == Use.READ ? MERGED_GAP : 0;
    for (int at = end; at < uses.size() && at - end <= gap; at++) {
      if (uses.get(at) == use) {
        end = at + 1;
      } else if (uses.get(at) != Use.NONE) {
        break;
      }
    }
    return end;
  }
}
