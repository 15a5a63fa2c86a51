package crjvm.agent.restore;

import crjvm.agent.os.VmOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Has the collector keep the heap small where it may grow beyond the memory that there is. Options
 * of the application's command line stay.
 */
final class MemoryStep implements RestoreStep {
  /** Of the limit: the rest is for threads, code and native memory. */
  private static final int HEAP_PERCENT = 70;

  /**
   * The heap is to be hardly larger than what is alive, and idle applications give memory back, in
   * milliseconds. In this order: the first may not be above the second.
   */
  private static final List<Map.Entry<String, String>> SMALL =
      List.of(
          Map.entry("MinHeapFreeRatio", "10"),
          Map.entry("MaxHeapFreeRatio", "20"),
          Map.entry("G1PeriodicGCInterval", "15000"));

  private static final String SOFT_MAXIMUM = "SoftMaxHeapSize";

  private final VmOptions options = VmOptions.ofThisJvm();
  private final List<Map.Entry<String, String>> small;
  private final boolean hasSoftMaximum;

  MemoryStep() {
    small = SMALL.stream().filter(each -> options.isFree(each.getKey())).toList();
    hasSoftMaximum = options.isFree(SOFT_MAXIMUM);
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Supplier<String> apply(RestoreRequest request) {
    Optional<Long> limit = request.memoryLimit();
    if (limit.isEmpty()) {
      return NOTHING;
    }
    List<String> set = new ArrayList<>();
    if (hasSoftMaximum) {
      set(SOFT_MAXIMUM, Long.toString(limit.get() / 100 * HEAP_PERCENT), set);
    }
    for (Map.Entry<String, String> each : small) {
      set(each.getKey(), each.getValue(), set);
    }
    return told(set);
  }

  /** With an option that no JVM has: one that is set would count as chosen from then on. */
  @Override
  public void rehearse() {
    List<String> set = new ArrayList<>();
    set("CrjvmNone", Long.toString(HEAP_PERCENT), set);
    told(set);
  }

  private static Supplier<String> told(List<String> set) {
    return () -> String.join(" ", set);
  }

  private void set(String name, String value, List<String> set) {
    String text = name + "=" + value;
    try {
      options.set(name, value);
      set.add(text);
    } catch (IllegalArgumentException e) {
      // A collector that does not take it: the launcher has warned of the heap.
    }
  }
}
