package crjvm.it.app;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that never rests. At every step it asks the kernel, through native code, whether this is
 * still the process that was checkpointed; if it is not, what the restore work has to say must be
 * known already.
 */
final class Stepper implements Runnable {
  /** The name of both the environment variable and the system property with a restore's mark. */
  private static final String MARK = "crjvm_it_mark";

  private static volatile int original = processId();

  private final String name;
  private final boolean isVirtual;
  private final AtomicLong steps = new AtomicLong();
  private volatile String first;
  private volatile long early;

  Stepper(String name, boolean isVirtual) {
    this.name = name;
    this.isVirtual = isVirtual;
  }

  private static native int processId();

  /** Steps of a process that is restored from now on are looked at. */
  static void beginCheckpoint() {
    original = processId();
  }

  static String mark() {
    return System.getenv(MARK) + " " + System.getProperty(MARK);
  }

  void start() throws ReflectiveOperationException {
    if (isVirtual) { // by reflection, because the code is compiled for Java 17
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, this);
    } else {
      Thread thread = new Thread(this, name);
      thread.setDaemon(true);
      thread.start();
    }
  }

  @Override
  public void run() {
    int known = original;
    while (true) {
      int process = processId(); // before the mark is read
      String mark = mark();
      if (process != known && process != original) {
        known = process;
        first = mark;
      }
      if (process == known && process != original && !mark.equals(first)) {
        early++; // the first step of this process saw something else than this one
      }
      steps.incrementAndGet();
      if (isVirtual) {
        LockSupport.parkNanos(1); // yield() would never let other virtual threads on the carriers
      }
    }
  }

  long steps() {
    return steps.get();
  }

  @Override
  public String toString() {
    return "stepper " + name + ": first " + first + ", changes " + early;
  }
}
