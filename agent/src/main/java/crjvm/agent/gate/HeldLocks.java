package crjvm.agent.gate;

import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.Set;

/**
 * Locks that stopped threads hold because they were in the middle of an operation. The locks are
 * the JDK's, for a change of a map, or loading a class or a library, or the agent's, for a note in
 * a hook. The threads will soon release these locks. The restore work may need the locks in another
 * way than its rehearsal.
 *
 * <p>Threads that wait in native code with a lock of the JDK, for example for connections, do not
 * count, because they may wait forever. Hooks do not wait with a lock. Locks of virtual threads
 * can't be listed.
 */
final class HeldLocks {
  /**
   * The native methods of these classes run in the dynamic loader, whose lock knows its owner's
   * thread id.
   */
  private static final Set<String> LOADERS =
      Set.of("jdk.internal.loader.NativeLibraries", "jdk.internal.loader.RawNativeLibraries");

  private HeldLocks() {}

  /** Examines all threads except the calling one and one other. */
  static boolean areThere(Thread other) {
    long own = Thread.currentThread().getId();
    ThreadInfo[] all = ManagementFactory.getThreadMXBean().dumpAllThreads(true, false);
    return Arrays.stream(all)
        .filter(info -> info.getThreadId() != own && info.getThreadId() != other.getId())
        .anyMatch(HeldLocks::isInTheMiddle);
  }

  private static boolean isInTheMiddle(ThreadInfo info) {
    StackTraceElement[] stack = info.getStackTrace();
    if (stack.length == 0) {
      return false;
    } else if (Arrays.stream(info.getLockedMonitors()).anyMatch(HeldLocks::isOfAgent)) {
      return true;
    } else if (stack[0].isNativeMethod()) {
      return LOADERS.contains(stack[0].getClassName());
    }
    return Arrays.stream(info.getLockedMonitors()).anyMatch(HeldLocks::isOfJdk);
  }

  private static boolean isOfAgent(MonitorInfo monitor) {
    return monitor.getClassName().startsWith("crjvm.agent.");
  }

  private static boolean isOfJdk(MonitorInfo monitor) {
    String type = monitor.getClassName();
    return type.startsWith("java.") || type.startsWith("sun.") || type.startsWith("jdk.");
  }
}
