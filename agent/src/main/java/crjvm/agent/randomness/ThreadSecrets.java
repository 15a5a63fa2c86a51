package crjvm.agent.randomness;

import crjvm.agent.os.ThreadContainers;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/** The state of {@code ThreadLocalRandom} in every thread, virtual ones included. */
final class ThreadSecrets {
  private final Field seed = Reflection.field(Thread.class, "threadLocalRandomSeed");
  private final Method platformThreads = method(Thread.class, "getThreads");
  private final ThreadContainers containers = new ThreadContainers();

  ThreadSecrets() throws ReflectiveOperationException {}

  private static Method method(Class<?> type, String name) throws NoSuchMethodException {
    Method method = type.getDeclaredMethod(name);
    method.setAccessible(true);
    return method;
  }

  List<Thread> living() throws ReflectiveOperationException {
    List<Thread> found = new ArrayList<>(List.of((Thread[]) platformThreads.invoke(null)));
    found.addAll(containers.threads());
    return found;
  }

  void renew(List<Thread> living, Entropy entropy)
      throws ReflectiveOperationException, IOException {
    for (Thread thread : living) {
      seed.setLong(thread, entropy.nextLong());
    }
  }
}
