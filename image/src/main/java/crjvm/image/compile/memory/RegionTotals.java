package crjvm.image.compile.memory;

import java.util.Map;
import java.util.TreeMap;

/** Counts the dumped bytes of each kind of memory and what happened to them. */
public final class RegionTotals {
  /**
   * The bytes that a restore maps from the image, the bytes that it copies, and the bytes that were
   * dropped because they were zero or free.
   */
  public static final class Total {
    private long mapped;
    private long copied;
    private long zero;

    long dumped() {
      return mapped + copied + zero;
    }

    @Override
    public String toString() {
      return dumped() + " " + mapped + " " + copied + " " + zero;
    }
  }

  private final Map<String, Total> totals = new TreeMap<>();
  private long free;

  void addMapped(String kind, long mapped, long zero) {
    Total total = of(kind);
    total.mapped += mapped;
    total.zero += zero;
  }

  void addCopied(String kind, long copied, long zero) {
    Total total = of(kind);
    total.copied += copied;
    total.zero += zero;
  }

  /** Counts dropped bytes that belong to no object of the Java heap. */
  void addFree(long bytes) {
    free += bytes;
  }

  public long free() {
    return free;
  }

  private Total of(String kind) {
    return totals.computeIfAbsent(kind, unused -> new Total());
  }

  public Map<String, Total> byKind() {
    return totals;
  }
}
