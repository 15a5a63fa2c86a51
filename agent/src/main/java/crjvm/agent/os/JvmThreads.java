package crjvm.agent.os;

import crjvm.agent.message.JdkLack;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

/** The JVM's platform threads. */
public final class JvmThreads {
  private static final int SPARE = 64; // for those that start meanwhile

  private final Method threads; // null: thread groups tell

  /**
   * For a look at them while some are stopped.
   *
   * @throws JdkLack there is none that needs no lock of theirs
   */
  public JvmThreads() throws JdkLack {
    threads = method();
  }

  /** Thread groups have no lists, and so no locks, of their own since JDK 19. */
  private static Method method() throws JdkLack {
    try {
      return JdkInside.method(Thread.class, "getThreads");
    } catch (JdkLack e) {
      if (JdkInside.hasVirtualThreads()) {
        return null;
      }
      throw e;
    }
  }

  /** All that live, the JDK's among them; takes no lock that one of them may have. */
  public List<Thread> list() throws ReflectiveOperationException {
    return threads == null ? all() : List.of((Thread[]) threads.invoke(null));
  }

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
