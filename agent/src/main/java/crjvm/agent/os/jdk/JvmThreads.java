package crjvm.agent.os.jdk;

import crjvm.agent.message.JdkLack;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

/** The JVM's platform threads. */
public final class JvmThreads {
  private static final int SPARE = 64; // room for threads that start meanwhile

  private final Method threads; // null: thread groups list them

  /**
   * Prepares listing the threads while some of them are stopped.
   *
   * @throws JdkLack the JDK has no way to do so without a lock that they may hold
   */
  public JvmThreads() throws JdkLack {
    threads = method();
  }

  /**
   * Returns the method that lists threads, or null. Since JDK 19 thread groups have no lists of
   * their own, and therefore no locks.
   */
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

  /** Returns all live threads, including the JDK's. It takes no lock that one of them may hold. */
  public List<Thread> list() throws ReflectiveOperationException {
    return threads == null ? all() : List.of((Thread[]) threads.invoke(null));
  }

  /** Returns all platform threads that run Java code. */
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
