package crjvm.agent.checkpoint.dump;

import crjvm.agent.message.Console;
import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.VmOptions;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Has G1 mark before the dump if it would do so at the first collection of each copy.
 *
 * <p>A full collection makes the heap smaller. G1 compares what is in the smaller heap with the
 * size that the young generation had in the larger one, and mostly finds that it is time to mark.
 * At the end of marking HotSpot unloads classes, and writes into all compiled code for that: in a
 * copy each page of the code is copied, in one pause of 100 to 200 ms. After a marking, G1 goes by
 * the present size of the young generation.
 */
final class EarlyMarking {
  private static final String YOUNG = "G1 Young Generation";
  private static final String REGION_SIZE = "G1HeapRegionSize";
  private static final String SOFT_MS_PER_MB = "SoftRefLRUPolicyMSPerMB";

  /**
   * The threads that mark, and the one with which HotSpot before 20 may clean up compiled code
   * after a marking. That thread writes into all of the code, too.
   */
  private static final List<String> WORKERS =
      List.of("Name:\tG1 Main Marker", "Name:\tG1 Conc#", "Name:\tSweeper thread");

  /** HotSpot says this of itself where it keeps soft references for less time than assumed here. */
  private static final String CLIENT = "emulated-client";

  private static final String RUNNING = "State:\tR";
  private static final int LEAST_FREE_REGIONS = 8;
  private static final int INTERVAL_MS = 100;
  private static final int MB_SHIFT = 20;

  private EarlyMarking() {}

  /**
   * Has G1 mark if it is time for that, and waits until it has done so, or for the limit.
   *
   * @return whether G1 has begun to mark; if so, no collection clears a soft reference for its age
   */
  static boolean run(Duration limit) throws InterruptedException {
    boolean isStarted = false;
    try {
      isStarted = isMarkingStarted();
      if (isStarted) {
        awaitEnd(limit);
      }
    } catch (IOException e) {
      Console.trace(e); // nothing is lost but time in the copies
    } catch (RuntimeException | LinkageError e) {
      JdkLack.lose("G1 may mark at the first collection of each restored process", e);
    }
    return isStarted;
  }

  private static boolean isMarkingStarted() {
    Optional<GarbageCollectorMXBean> young =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(collector -> collector.getName().equals(YOUNG))
            .findFirst();
    return young.isPresent() && keepsSoftReferences() && isCollectionStarted(young.get());
  }

  /**
   * Returns whether marking clears no soft reference. HotSpot keeps one after its last use for a
   * time that depends on the free memory, and this JVM is not as old as that.
   */
  private static boolean keepsSoftReferences() {
    long milliseconds = Long.parseLong(VmOptions.ofThisJvm().value(SOFT_MS_PER_MB));
    return !System.getProperty("java.vm.info", "").contains(CLIENT)
        && (free() >> MB_SHIFT) * milliseconds > ManagementFactory.getRuntimeMXBean().getUptime();
  }

  private static long free() {
    Runtime memory = Runtime.getRuntime();
    return memory.maxMemory() - memory.totalMemory() + memory.freeMemory();
  }

  /** Allocates a large object, because G1 then looks whether it is time to mark. */
  private static boolean isCollectionStarted(GarbageCollectorMXBean young) {
    int region = Integer.parseInt(VmOptions.ofThisJvm().value(REGION_SIZE));
    if (free() / region < LEAST_FREE_REGIONS) {
      return false;
    }
    long before = young.getCollectionCount();
    byte[] large = new byte[region / 2];
    return large.length > 0 && young.getCollectionCount() != before;
  }

  /** The threads have done their work if all of them sleep, and none has run for a while. */
  private static void awaitEnd(Duration limit) throws IOException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    List<String> before;
    List<String> now = List.of();
    do {
      before = now;
      Thread.sleep(INTERVAL_MS);
      now = workers();
    } while ((!now.equals(before) || now.stream().anyMatch(line -> line.startsWith(RUNNING)))
        && System.nanoTime() - end < 0);
  }

  /** Returns the states of these threads, and how often they have gone to sleep. */
  private static List<String> workers() throws IOException {
    return ProcessFiles.threadStatuses().stream()
        .filter(status -> WORKERS.stream().anyMatch(name -> status.get(0).startsWith(name)))
        .flatMap(List::stream)
        .filter(line -> line.startsWith("State:") || line.startsWith("voluntary_ctxt_switches:"))
        .toList();
  }
}
