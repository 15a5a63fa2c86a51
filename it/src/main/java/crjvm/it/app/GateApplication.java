package crjvm.it.app;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Keeps threads busy while it asks for its checkpoint, reports what they saw, and ends. {@code
 * --lock out|properties|class} has another thread take that lock and keep it. {@code --virtual}
 * asks in a virtual thread. With the system property {@code crjvm_it_again}, a restored process
 * makes another checkpoint.
 */
public final class GateApplication {
  private static final int PLATFORM_THREADS = 8;
  private static final int VIRTUAL_THREADS = 4;
  private static final int STEPS = 100;
  private static final boolean HAS_VIRTUAL = Runtime.version().feature() >= 21;

  private final List<Stepper> steppers = new ArrayList<>();
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final Resource resource = new Callbacks(); // org.crac holds it only weakly.

  /** A class whose initialisation never ends. */
  private static final class Endless {
    static {
      keep(new Object());
    }

    static void touch() {}
  }

  /** A resource that waits for other threads: afterRestore callbacks may need them. */
  private final class Callbacks implements Resource {
    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) throws Exception {
      if (lock != null) {
        keepLock(lock);
      }
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) throws Exception {
      System.err.println("callback: " + executor.submit(Stepper::mark).get());
    }
  }

  private final String lock;

  private GateApplication(String lock) {
    this.lock = lock;
  }

  public static void main(String[] args) throws Exception {
    System.load(System.getProperty("crjvm.it.native"));
    List<String> list = List.of(args);
    int lock = list.indexOf("--lock");
    GateApplication application = new GateApplication(lock < 0 ? null : list.get(lock + 1));
    application.start();
    if (list.contains("--virtual") && HAS_VIRTUAL) {
      FutureTask<Void> task = new FutureTask<>(application::checkpoint);
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
      task.get();
    } else {
      application.checkpoint();
    }
    Runtime.getRuntime().halt(0); // An orderly end may need a lock that another thread keeps.
  }

  private void start() throws Exception {
    Core.getGlobalContext().register(resource);
    for (int i = 0; i < PLATFORM_THREADS; i++) {
      steppers.add(new Stepper("platform-" + i, false));
    }
    for (int i = 0; HAS_VIRTUAL && i < VIRTUAL_THREADS; i++) {
      steppers.add(new Stepper("virtual-" + i, true));
    }
    for (Stepper stepper : steppers) {
      stepper.start();
    }
  }

  /** Waits until every thread has made some more steps. */
  private void awaitSteps() {
    for (Stepper stepper : steppers) {
      long steps = stepper.steps();
      Poll.until("steps of " + stepper, () -> stepper.steps() >= steps + STEPS);
    }
  }

  private static void keepLock(String name) {
    Runnable keeper =
        switch (name) {
          case "out" -> () -> keep(System.out);
          case "properties" -> () -> keep(System.getProperties());
          case "class" -> Endless::touch;
          default -> throw new IllegalArgumentException(name);
        };
    Thread thread = new Thread(keeper, "keeper");
    thread.setDaemon(true);
    thread.start();
    Poll.until("the keeper", () -> thread.getState() == Thread.State.WAITING);
  }

  private static void keep(Object lock) {
    synchronized (lock) {
      while (true) {
        LockSupport.park();
      }
    }
  }

  private Void checkpoint() throws Exception {
    for (int i = 0; i == 0 || i == 1 && System.getProperty("crjvm_it_again") != null; i++) {
      awaitSteps(); // A step that began before the last restore would count as an early one.
      Stepper.beginCheckpoint();
      try {
        Core.checkpointRestore();
      } catch (org.crac.CheckpointException e) {
        awaitSteps();
        System.err.println("all threads go on");
        return null;
      }
    }
    awaitSteps();
    for (Stepper stepper : steppers) {
      System.err.println(stepper);
    }
    return null;
  }
}
