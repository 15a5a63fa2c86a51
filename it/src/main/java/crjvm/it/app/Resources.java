package crjvm.it.app;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** What the JVM takes for its share of the machine, and what it does with it. */
final class Resources {
  private static final int BLOCK = 64 << 10;

  private Resources() {}

  /** As {@code name=value} lines; every reading that depends on the cgroup is among them. */
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

  /** Garbage of half the heap, in use until it is collected in full. */
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

  /** 64 KiB that may not be swapped out. */
  static void lockMemory() {
    System.load(System.getProperty("crjvm.it.native"));
    if (lock(64 << 10) != 0) {
      throw new IllegalStateException("mlock failed");
    }
  }

  private static native int lock(int bytes);
}
