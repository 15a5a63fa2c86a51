package crjvm.agent.os;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

/**
 * Where a JDK with virtual threads keeps the threads that it does not list: those of executors and
 * structured scopes, and the virtual ones that were started alone.
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

  /** The threads in all of them. */
  public List<Thread> threads() throws ReflectiveOperationException {
    List<Thread> found = new ArrayList<>();
    for (Object container : all()) {
      addAll(threads, container, found);
    }
    return found;
  }

  /** The executors that start a thread for each task, as most have them that are virtual. */
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
