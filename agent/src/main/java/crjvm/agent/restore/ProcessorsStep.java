package crjvm.agent.restore;

import crjvm.agent.os.jdk.ClassState;
import crjvm.agent.os.jdk.JdkInside;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;

/**
 * The step that adapts the JDK's pools that have as many threads as there are processors: the
 * common pool and, since JDK 21, the pool that carries virtual threads. Before JDK 19 no pool can
 * change its size.
 */
final class ProcessorsStep implements RestoreStep {
  private static final String COMMON = "java.util.concurrent.ForkJoinPool.common.parallelism";
  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  /** The JDK's own limit, unless there were more processors. */
  private static final int MOST_CARRIERS = 256;

  private final int processors = Runtime.getRuntime().availableProcessors();
  private final List<Pool> pools = new ArrayList<>();
  private final Method setter; // null: there is none

  /**
   * A pool that has the JDK's default size.
   *
   * @param spare the number of processors that the JDK leaves to other threads
   * @param most the largest size
   */
  private record Pool(String name, ForkJoinPool pool, int spare, int most) {
    int size(int processors) {
      return Math.min(Math.max(processors - spare, 1), most);
    }
  }

  ProcessorsStep() throws ReflectiveOperationException {
    setter = setter();
    if (setter == null) {
      return;
    }
    // An application may still change settings before its first use of a class, so uninitialised
    // classes are left alone.
    ClassState state = new ClassState();
    if (state.isInitialised(ForkJoinPool.class) && System.getProperty(COMMON) == null) {
      add(new Pool("common pool", ForkJoinPool.commonPool(), 1, Integer.MAX_VALUE));
    }
    if (JdkInside.hasVirtualThreads() && System.getProperty(CARRIERS) == null) {
      Class<?> type = JdkInside.type("java.lang.VirtualThread");
      if (state.isInitialised(type)
          && JdkInside.field(type, "DEFAULT_SCHEDULER", "BUILTIN_SCHEDULER").get(null)
              instanceof ForkJoinPool scheduler) {
        add(new Pool("carriers", scheduler, 0, Math.max(processors, MOST_CARRIERS)));
      }
    }
  }

  private static Method setter() {
    try {
      return ForkJoinPool.class.getMethod("setParallelism", int.class);
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  /** Adds the pool, unless its size was configured. */
  private void add(Pool pool) {
    if (pool.pool.getParallelism() == pool.size(processors)) {
      pools.add(pool);
    }
  }

  @Override
  public String name() {
    return "processors";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) throws ReflectiveOperationException {
    if (pools.isEmpty()) {
      return NOTHING;
    }
    int now = Runtime.getRuntime().availableProcessors();
    if (now == processors) {
      return NOTHING;
    }
    resize(now);
    return () -> processors + ", now " + now;
  }

  @Override
  public void rehearse() throws ReflectiveOperationException {
    resize(processors);
  }

  private void resize(int processors) throws ReflectiveOperationException {
    for (Pool pool : pools) {
      setter.invoke(pool.pool, pool.size(processors));
    }
  }
}
