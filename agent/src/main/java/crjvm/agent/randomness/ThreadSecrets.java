package crjvm.agent.randomness;

import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jdk.JvmThreads;
import crjvm.agent.os.jdk.ThreadContainers;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;

/** The state of {@code ThreadLocalRandom} in every thread, including virtual threads. */
final class ThreadSecrets {
  private final Field seed = JdkInside.field(Thread.class, "threadLocalRandomSeed");
  private final JvmThreads platformThreads = new JvmThreads();
  private final ThreadContainers containers = new ThreadContainers();

  ThreadSecrets() throws ReflectiveOperationException {}

  List<Thread> living() throws ReflectiveOperationException {
    List<Thread> found = new ArrayList<>(platformThreads.list());
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
