package crjvm.image.inspect;

import crjvm.image.plan.PlanArea;
import crjvm.image.plan.PlanCopy;
import crjvm.image.plan.PlanFile;
import java.util.Set;
import java.util.TreeSet;

/** Tells users which memory of the process a part of the memory file is. */
final class MemoryPlaces {
  private static final int PROT_EXEC = 4;

  private final PlanFile plan;

  MemoryPlaces(PlanFile plan) {
    this.plan = plan;
  }

  /**
   * Returns the kinds of memory.
   *
   * @param start an offset in the memory file
   * @param end the offset after the last byte
   */
  String describe(long start, long end) {
    Set<String> kinds = new TreeSet<>();
    for (PlanArea area : plan.areas()) {
      boolean isThere = area.offset() < end && area.offset() + area.length() > start;
      if (isThere && plan.isOfMemoryFile(area, "memory")) {
        kinds.add(kind(area));
      }
    }
    for (PlanCopy copy : plan.copies()) {
      if (copy.offset() < end && copy.offset() + copy.length() > start) {
        kinds.add("copied memory");
      }
    }
    return kinds.isEmpty() ? "other memory" : String.join(", ", kinds);
  }

  private String kind(PlanArea area) {
    if (area.start() >= plan.heapStart() && area.end() <= plan.heapEnd()) {
      return "Java heap";
    }
    return (area.prot() & PROT_EXEC) != 0 ? "code" : "data of the JVM and of libraries";
  }
}
