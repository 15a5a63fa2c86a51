package crjvm.it.app;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that never rests. At every step it asks the kernel, through native code, whether this is
 * still the process that was checkpointed. In a restored process, it must already see the values of
 * the restore.
 */
final class Stepper implements Runnable {
  /** The name of the environment variable and of the system property that hold a restore's mark. */
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

  /** Begins to watch the steps of each process that is restored from now on. */
  static void beginCheckpoint() {
    original = processId();
  }

  static String mark() {
    return System.getenv(MARK) + " " + System.getProperty(MARK);
  }

  void start() throws ReflectiveOperationException {
    if (isVirtual) { // The code is compiled for Java 17, so it uses reflection.
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
      int process = processId(); // The process id has to be read before the mark.
      String mark = mark();
      if (process != known && process != original) {
        known = process;
        first = mark;
      }
      if (process == known && process != original && !mark.equals(first)) {
        early++; // The first step of this process saw another mark than this one.
      }
      steps.incrementAndGet();
      if (isVirtual) {
        LockSupport.parkNanos(1); // With yield(), other virtual threads would never get a carrier.
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
