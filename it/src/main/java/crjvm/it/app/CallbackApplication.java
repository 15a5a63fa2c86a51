package crjvm.it.app;

import crjvm.Crjvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.JMException;
import javax.management.ObjectName;
import org.crac.Core;
import org.crac.Resource;

/**
 * Plays through the things that can happen to callbacks, in checkpoints that a callback refuses and
 * in one that succeeds. It writes down which callback was told what, and what the result was.
 */
public final class CallbackApplication {
  private static final int THREADS = 4;

  // org.crac holds resources only weakly.
  private static final List<Resource> KEPT = new ArrayList<>();

  private CallbackApplication() {}

  public static void main(String[] args) throws Exception {
    // An executable jar does the same: its services are not on the class path.
    Thread.currentThread().setContextClassLoader(Services.loader(args));
    failuresOfAllKinds();
    registrationInACallback();
    forgottenResource();
    checkpointInACallback();
    checkpointsInParallel();
    restore();
    System.out.println("done");
    Thread.currentThread().join(); // The test ends the process.
  }

  /** Returns a probe that refuses the checkpoint. */
  private static Probe refusal() {
    return new Probe("refusal", Probe.fails(new IOException("refused")), Probe.NOTHING);
  }

  private static void failuresOfAllKinds() {
    begin("failures of all kinds");
    register(new Probe("a", Probe.NOTHING, Probe.NOTHING));
    register(
        new Probe(
            "b", Probe.fails(new Exception("b1")), Probe.fails(new IllegalStateException("b2"))));
    register(
        new Probe("c", Probe.fails(new AssertionError("c1")), Probe.fails(new IOException("c2"))));
    ProbeGroup group = new ProbeGroup();
    group.register(new Probe("d", Probe.fails(new IOException("d1")), Probe.NOTHING));
    group.register(new Probe("e", Probe.NOTHING, Probe.fails(new IOException("e2"))));
    register(group);
    ask();
    System.out.println("interrupted: " + Thread.interrupted());
    register(new Probe("f", Probe.fails(new InterruptedException("f1")), Probe.NOTHING));
    ask();
    System.out.println("interrupted: " + Thread.interrupted());
  }

  private static void registrationInACallback() {
    begin("registration in a callback");
    Probe late = new Probe("late", Probe.NOTHING, Probe.NOTHING);
    AtomicInteger times = new AtomicInteger();
    register(
        new Probe(
            "early",
            () -> {
              if (times.incrementAndGet() == 1) {
                register(late);
              }
            },
            Probe.NOTHING));
    register(refusal());
    ask();
    ask();
  }

  private static void forgottenResource() {
    begin("forgotten resource");
    WeakReference<Resource> forgotten = registerAndForget();
    register(refusal());
    while (forgotten.get() != null) {
      System.gc();
    }
    ask();
  }

  private static WeakReference<Resource> registerAndForget() {
    Resource resource = new Probe("forgotten", Probe.NOTHING, Probe.NOTHING);
    Core.getGlobalContext().register(resource);
    return new WeakReference<>(resource);
  }

  private static void checkpointInACallback() {
    begin("checkpoint in a callback");
    register(new Probe("asking", CallbackApplication::ask, CallbackApplication::ask));
    register(refusal());
    ask();
  }

  private static void checkpointsInParallel() throws InterruptedException {
    begin("checkpoints in parallel");
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger rounds = new AtomicInteger();
    Resource counting =
        new Probe(
            "counting",
            () -> {
              most.accumulateAndGet(inside.incrementAndGet(), Math::max);
              Thread.yield();
              throw new IOException("refused");
            },
            () -> {
              inside.decrementAndGet();
              rounds.incrementAndGet();
            });
    register(counting);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(new Thread(CallbackApplication::ask));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    System.out.println("rounds: " + rounds + ", at once: " + most);
  }

  private static void restore() throws Exception {
    begin("restore");
    System.out.println("agent: " + Crjvm.isPresent());
    System.out.println("beans: " + platformBeans());
    register(new Probe("a", Probe.NOTHING, CallbackApplication::printRestoreTime));
    register(new Probe("b", Probe.NOTHING, Probe.fails(new Exception("b2"))));
    Crjvm.register(Services.listener("listener"));
    register(new Probe("c", Probe.NOTHING, Probe.fails(new AssertionError("c2"))));
    Crjvm.onRestore(arguments -> System.out.println("restored with " + arguments));
    printRestoreTime();
    ask();
  }

  private static void printRestoreTime() throws ReflectiveOperationException {
    printRestoreTime("jdk.crac.management.CRaCMXBean");
    try {
      printRestoreTime("org.crac.management.CRaCMXBean"); // Spring asks this bean.
    } catch (ClassNotFoundException e) {
      System.out.println("this org.crac has no bean");
    }
  }

  private static void printRestoreTime(String type) throws ReflectiveOperationException {
    Class<?> bean = Class.forName(type);
    Object instance = bean.getMethod("getCRaCMXBean").invoke(null);
    Method time = bean.getMethod("getRestoreTime");
    Method uptime = bean.getMethod("getUptimeSinceRestore");
    System.out.println("restored " + time.invoke(instance) + " " + uptime.invoke(instance));
  }

  /** Returns whether the JDK's own beans are unchanged and the one of crjvm is there. */
  private static boolean platformBeans() throws JMException {
    boolean areOfTheirTypes = true;
    for (Class<? extends PlatformManagedObject> type :
        ManagementFactory.getPlatformManagementInterfaces()) {
      for (Object bean : ManagementFactory.getPlatformMXBeans(type)) {
        areOfTheirTypes &= type.isInstance(bean);
      }
    }
    ObjectName name = new ObjectName("jdk.management:type=CRaC");
    Object time = ManagementFactory.getPlatformMBeanServer().getAttribute(name, "RestoreTime");
    return areOfTheirTypes
        && time.equals(-1L)
        && !ManagementFactory.getMemoryPoolMXBeans().isEmpty();
  }

  private static void begin(String what) {
    System.out.println("== " + what);
    List<WeakReference<Resource>> before = KEPT.stream().map(WeakReference::new).toList();
    KEPT.clear();
    while (before.stream().anyMatch(each -> each.get() != null)) {
      System.gc();
    }
  }

  private static void register(Resource resource) {
    KEPT.add(resource);
    Core.getGlobalContext().register(resource);
  }

  private static void ask() {
    try {
      Core.checkpointRestore();
      System.out.println("returned");
    } catch (Exception e) {
      System.out.println(describe(e));
    }
  }

  private static String describe(Throwable e) {
    String name = e.getClass().getName();
    if (e.getSuppressed().length == 0) {
      return name.substring(name.lastIndexOf('.') + 1) + " " + e.getMessage();
    }
    return name + Arrays.stream(e.getSuppressed()).map(CallbackApplication::describe).toList();
  }
}
