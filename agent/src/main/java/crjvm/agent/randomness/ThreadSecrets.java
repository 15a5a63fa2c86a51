package crjvm.agent.randomness;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The state of {@code ThreadLocalRandom} in every thread, virtual ones included. */
final class ThreadSecrets {
  private static final int VIRTUAL_THREADS = 21;

  private final Field seed = Reflection.field(Thread.class, "threadLocalRandomSeed");
  private final Method platformThreads = method(Thread.class, "getThreads");
  private final Method root;
  private final Method threads;
  private final Method children;

  ThreadSecrets() throws ReflectiveOperationException {
    if (Runtime.version().feature() >= VIRTUAL_THREADS) {
      Class<?> container = Reflection.type("jdk.internal.vm.ThreadContainer");
      root = method(Reflection.type("jdk.internal.vm.ThreadContainers"), "root");
      threads = method(container, "threads");
      children = method(container, "children");
    } else {
      root = null;
      threads = null;
      children = null;
    }
  }

  private static Method method(Class<?> type, String name) throws NoSuchMethodException {
    Method method = type.getDeclaredMethod(name);
    method.setAccessible(true);
    return method;
  }

  List<Thread> living() throws ReflectiveOperationException {
    List<Thread> found = new ArrayList<>(List.of((Thread[]) platformThreads.invoke(null)));
    if (root != null) {
      addContained(found);
    }
    return found;
  }

  void renew(List<Thread> living, Entropy entropy)
      throws ReflectiveOperationException, IOException {
    for (Thread thread : living) {
      seed.setLong(thread, entropy.nextLong());
    }
  }

  /** Those of executors and structured scopes, and the virtual ones that were started alone. */
  private void addContained(List<Thread> found) throws ReflectiveOperationException {
    List<Object> containers = new ArrayList<>();
    containers.add(root.invoke(null));
    for (int i = 0; i < containers.size(); i++) {
      addAll(threads, containers.get(i), found);
      addAll(children, containers.get(i), containers);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> void addAll(Method streamOf, Object container, List<T> list)
      throws IllegalAccessException, InvocationTargetException {
    ((Stream<T>) streamOf.invoke(container)).forEach(list::add);
  }
}
