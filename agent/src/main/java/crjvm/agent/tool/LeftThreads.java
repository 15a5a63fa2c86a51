package crjvm.agent.tool;

import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jdk.JvmThreads;
import crjvm.agent.os.jdk.ThreadContainers;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The threads that a run has started. */
final class LeftThreads {
  private static final int POLL_MS = 2;

  private final Set<Object> before = Collections.newSetFromMap(new IdentityHashMap<>());
  private final ThreadContainers containers = new ThreadContainers();

  LeftThreads() throws ReflectiveOperationException {
    before.addAll(JvmThreads.all());
    before.addAll(containers.threads());
    before.addAll(containers.executors());
  }

  private List<Thread> ofRun() {
    return ofRun(JvmThreads.all());
  }

  private List<Thread> ofRun(List<Thread> threads) {
    return threads.stream().filter(thread -> !before.contains(thread) && !isOfJdk(thread)).toList();
  }

  /**
   * Returns whether the thread belongs to no run. Such threads are workers of the JDK's common
   * pool, the scheduler that wakes them (since JDK 25), and its cleaners.
   */
  private static boolean isOfJdk(Thread thread) {
    ThreadGroup group = thread.getThreadGroup(); // null: the thread has ended
    return (thread instanceof ForkJoinWorkerThread && thread.isDaemon())
        || thread.getClass().getName().equals("java.util.concurrent.DelayScheduler")
        || thread.getClass().getName().startsWith("jdk.internal.")
        || (group != null
            && (group.getParent() == null || group.getName().equals("InnocuousThreadGroup")));
  }

  /**
   * Waits for threads that are not daemons, as the JVM does after main, unless a thread asks for
   * the end.
   */
  boolean awaitOthers(Ending ending, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (ofRun().stream().anyMatch(thread -> !thread.isDaemon())) {
      if (ending.await(Duration.ofMillis(POLL_MS))) {
        return true;
      }
      if (System.nanoTime() - end > 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Ends the threads that are not daemons, and the virtual threads of executors, because the end of
   * the JVM would have ended them.
   *
   * @param keeps returns whether a pool belongs to the application's static state, which later runs
   *     use
   * @return the threads that would keep a JVM from ending, and do not end
   */
  List<Thread> end(Duration limit, Predicate<Object> keeps)
      throws InterruptedException, ReflectiveOperationException {
    long end = System.nanoTime() + limit.toNanos();
    List<ExecutorService> executors =
        containers.executors().stream()
            .filter(each -> !before.contains(each) && !keeps.test(each))
            .toList();
    executors.forEach(ExecutorService::shutdownNow);
    List<Thread> left = toEnd(keeps);
    left.forEach(LeftThreads::end);
    while (!left.isEmpty() && System.nanoTime() - end < 0) {
      Thread.sleep(POLL_MS);
      left = toEnd(keeps);
    }
    for (ExecutorService executor : executors) {
      executor.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    return left;
  }

  private List<Thread> toEnd(Predicate<Object> keeps) {
    return ofRun().stream()
        .filter(thread -> !thread.isDaemon() && !keeps.test(pool(thread)))
        .toList();
  }

  /** Returns the threads that continue to run. */
  List<Thread> left() throws ReflectiveOperationException {
    Set<Thread> left = Collections.newSetFromMap(new IdentityHashMap<>());
    left.addAll(ofRun());
    left.addAll(ofRun(containers.threads()));
    return List.copyOf(left);
  }

  private static void end(Thread thread) {
    ExecutorService pool = pool(thread);
    if (pool == null) {
      thread.interrupt();
    } else {
      pool.shutdownNow();
    }
  }

  /** Returns the pool that the thread works for, or null. */
  private static ExecutorService pool(Thread thread) {
    try {
      Object task = task(thread);
      if (task == null || !task.getClass().getName().endsWith("ThreadPoolExecutor$Worker")) {
        return null;
      }
      return (ExecutorService) JdkInside.field(task.getClass(), "this$0").get(task);
    } catch (ReflectiveOperationException | RuntimeException e) {
      JdkLack.lose("thread pools that training runs leave behind are not shut down", e);
      return null;
    }
  }

  private static Object task(Thread thread) throws ReflectiveOperationException {
    if (JdkInside.hasField(Thread.class, "target")) { // up to JDK 18
      return JdkInside.field(Thread.class, "target").get(thread);
    }
    Object holder = JdkInside.field(Thread.class, "holder").get(thread);
    return JdkInside.field(holder.getClass(), "task").get(holder);
  }
}
