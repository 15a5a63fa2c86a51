package crjvm.image.jvm;

import crjvm.image.dump.Pages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Disjoint ranges of whole pages in an address space or in a file. */
public final class PageRanges {
  private final TreeMap<Long, Long> ends = new TreeMap<>();

  /** Adds the whole pages of a range that overlaps no other range. */
  void add(long start, long end) {
    long first = (start + Pages.PAGE - 1) & -Pages.PAGE;
    long last = end & -Pages.PAGE;
    if (first < last) {
      ends.put(first, last);
    }
  }

  /** Returns the parts of a run that are in no range, in ascending order. */
  public List<Pages.Run> outside(Pages.Run run) {
    List<Pages.Run> parts = new ArrayList<>();
    Map.Entry<Long, Long> before = ends.floorEntry(run.start());
    long at = before == null ? run.start() : Math.max(run.start(), before.getValue());
    for (Map.Entry<Long, Long> span :
        ends.subMap(run.start(), false, run.end(), false).entrySet()) {
      addPart(parts, run, at, span.getKey());
      at = span.getValue();
    }
    addPart(parts, run, at, run.end());
    return parts;
  }

  private static void addPart(List<Pages.Run> parts, Pages.Run run, long from, long to) {
    if (from < to) {
      parts.add(run.part(from, to));
    }
  }
}
