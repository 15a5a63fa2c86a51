package crjvm.agent.restore;

import crjvm.agent.os.jdk.VmOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The step that makes the collector keep the heap small if the heap may grow beyond the available
 * memory. Options on the application's command line are not changed.
 */
final class MemoryStep implements RestoreStep {
  /** The heap's part of the limit. The rest is for threads, code and native memory. */
  private static final int HEAP_PERCENT = 70;

  /**
   * Options that keep the heap hardly larger than its live objects, and that make idle applications
   * return memory (the interval is in milliseconds). Their order matters, because the first value
   * must not exceed the second.
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
  public Supplier<String> apply(RestoreMessage message) {
    Optional<Long> limit = message.memoryLimit();
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

  /**
   * Rehearses with an option that no JVM has, because an option that is set would count as set by
   * the user from then on.
   */
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
      // The collector does not accept the value. The launcher has already warned about the heap.
    }
  }
}
