package crjvm.it.app;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** The JVM's view of its share of the machine, and its use of that share. */
final class Resources {
  private static final int BLOCK = 64 << 10;

  private Resources() {}

  /** Returns {@code name=value} lines with every value that depends on the control group. */
  static String describe() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return String.join(
        "\n",
        "processors=" + Runtime.getRuntime().availableProcessors(),
        "heap=" + Runtime.getRuntime().maxMemory(),
        "memory=" + system.getTotalMemorySize(),
        "free=" + system.getFreeMemorySize(),
        "swap=" + system.getTotalSwapSpaceSize(),
        "load=" + system.getCpuLoad(),
        "process-load=" + system.getProcessCpuLoad());
  }

  /** Fills half of the heap with garbage, which stays in use until a full collection. */
  static String fillAndCollect() {
    List<byte[]> blocks = new ArrayList<>();
    for (long left = Runtime.getRuntime().maxMemory() / 2; left > 0; left -= BLOCK) {
      blocks.add(new byte[BLOCK]);
    }
    int count = blocks.size();
    blocks.clear();
    System.gc();
    return count + " blocks";
  }

  /** Makes a full collection, and returns how many bytes of the heap the JVM keeps. */
  static String collect() {
    System.gc();
    return Long.toString(Runtime.getRuntime().totalMemory());
  }

  /** Locks 64 KiB of memory, so that it can't be swapped out. */
  static void lockMemory() {
    System.load(System.getProperty("crjvm.it.native"));
    if (lock(64 << 10) != 0) {
      throw new IllegalStateException("mlock failed");
    }
  }

  private static native int lock(int bytes);
}
