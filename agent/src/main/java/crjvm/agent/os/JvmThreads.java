package crjvm.agent.os;

import java.util.Arrays;
import java.util.List;

/** The JVM's platform threads. */
public final class JvmThreads {
  private static final int SPARE = 64; // for those that start meanwhile

  private JvmThreads() {}

  /** All that run Java code. */
  public static List<Thread> all() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] threads = new Thread[root.activeCount() + SPARE];
    int count = root.enumerate(threads, true);
    return List.of(Arrays.copyOf(threads, count));
  }
}
