package crjvm.agent.gate;

import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.Set;

/**
 * Locks of the JDK that a thread was stopped with while it was using them: in the middle of a
 * change of a map, of loading a class or a library. It will not have them for long, and the restore
 * work may need them in a way that its rehearsal does not.
 *
 * <p>Threads that wait in native code with a lock, as for connections, may do so for ever and are
 * none of those. What virtual threads have is not told.
 */
final class HeldLocks {
  /** Their native methods are in the dynamic loader, whose lock knows its owner's thread id. */
  private static final Set<String> LOADERS =
      Set.of("jdk.internal.loader.NativeLibraries", "jdk.internal.loader.RawNativeLibraries");

  private HeldLocks() {}

  /** Looks at all threads but the caller's and another one. */
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
    } else if (stack[0].isNativeMethod()) {
      return LOADERS.contains(stack[0].getClassName());
    }
    return Arrays.stream(info.getLockedMonitors()).anyMatch(HeldLocks::isOfJdk);
  }

  private static boolean isOfJdk(MonitorInfo monitor) {
    String type = monitor.getClassName();
    return type.startsWith("java.") || type.startsWith("sun.") || type.startsWith("jdk.");
  }
}
