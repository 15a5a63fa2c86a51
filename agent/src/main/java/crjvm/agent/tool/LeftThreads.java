package crjvm.agent.tool;

import crjvm.agent.message.JdkLack;
import crjvm.agent.os.JdkInside;
import crjvm.agent.os.JvmThreads;
import crjvm.agent.os.ThreadContainers;
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
   * Workers of its common pool, with what wakes them when it is time (since JDK 25), and its
   * cleaners belong to no run.
   */
  private static boolean isOfJdk(Thread thread) {
    ThreadGroup group = thread.getThreadGroup(); // null: it has ended
    return (thread instanceof ForkJoinWorkerThread && thread.isDaemon())
        || thread.getClass().getName().equals("java.util.concurrent.DelayScheduler")
        || thread.getClass().getName().startsWith("jdk.internal.")
        || (group != null
            && (group.getParent() == null || group.getName().equals("InnocuousThreadGroup")));
  }

  /** As the JVM does after main: waits for those that are no daemons, unless it is told to end. */
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
   * The JVM's end would have been theirs: ends those that are no daemons, and executors' virtual
   * ones.
   *
   * @param keeps whether a pool is one of the application's static state, which later runs use
   * @return those that would keep a JVM from its end, and do not end
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

  /** Those that go on. */
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

  /** The pool whose worker a thread is; null: none. */
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
