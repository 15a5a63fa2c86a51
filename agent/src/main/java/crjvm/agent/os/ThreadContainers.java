package crjvm.agent.os;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;

/**
 * Where the JDK, from 21 on, keeps the threads that it does not list: those of executors and
 * structured scopes, and the virtual ones that were started alone.
 */
public final class ThreadContainers {
  private static final int VIRTUAL_THREADS = 21;

  private final Method root;
  private final Method threads;
  private final Method children;

  public ThreadContainers() throws ReflectiveOperationException {
    if (Runtime.version().feature() >= VIRTUAL_THREADS) {
      Class<?> container = type("jdk.internal.vm.ThreadContainer");
      root = method(type("jdk.internal.vm.ThreadContainers"), "root");
      threads = method(container, "threads");
      children = method(container, "children");
    } else {
      root = null;
      threads = null;
      children = null;
    }
  }

  /** Does not initialise the class. */
  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(name, false, ClassLoader.getSystemClassLoader());
  }

  private static Method method(Class<?> type, String name) throws NoSuchMethodException {
    Method method = type.getDeclaredMethod(name);
    method.setAccessible(true);
    return method;
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
