package crjvm.agent.os.jdk;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

/**
 * The containers in which a JDK with virtual threads keeps threads that it does not list: threads
 * of executors and structured scopes, and virtual threads that were started alone.
 */
public final class ThreadContainers {
  private final Method root;
  private final Method threads;
  private final Method children;

  public ThreadContainers() throws ReflectiveOperationException {
    if (JdkInside.hasVirtualThreads()) {
      Class<?> container = JdkInside.type("jdk.internal.vm.ThreadContainer");
      root = JdkInside.method(JdkInside.type("jdk.internal.vm.ThreadContainers"), "root");
      threads = JdkInside.method(container, "threads");
      children = JdkInside.method(container, "children");
    } else {
      root = null;
      threads = null;
      children = null;
    }
  }

  /** Returns the threads of all containers. */
  public List<Thread> threads() throws ReflectiveOperationException {
    List<Thread> found = new ArrayList<>();
    for (Object container : all()) {
      addAll(threads, container, found);
    }
    return found;
  }

  /**
   * Returns the executors that start a thread for each task, as most executors of virtual threads
   * do.
   */
  public List<ExecutorService> executors() throws ReflectiveOperationException {
    List<ExecutorService> found = new ArrayList<>();
    for (Object container : all()) {
      if (container instanceof ExecutorService executor) {
        found.add(executor);
      }
    }
    return found;
  }

  private List<Object> all() throws ReflectiveOperationException {
    List<Object> containers = new ArrayList<>();
    if (root != null) {
      containers.add(root.invoke(null));
    }
    for (int i = 0; i < containers.size(); i++) {
      addAll(children, containers.get(i), containers);
    }
    return containers;
  }

  @SuppressWarnings("unchecked")
  private static <T> void addAll(Method streamOf, Object container, List<T> list)
      throws IllegalAccessException, InvocationTargetException {
    ((Stream<T>) streamOf.invoke(container)).forEach(list::add);
  }
}
