import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures threads. With a number it starts that many waiting threads, the same number of virtual
 * ones if the JDK has them, and two busy ones, and makes an image of itself. With {@code switch} it
 * measures the nanoseconds of a switch from one virtual thread to another, as the median of many
 * rounds. With {@code switch checkpoint} it does this in a process that was restored from its
 * image. {@code benchmark/gate/run} runs it.
 */
final class Threads {
  private static final int BUSY = 2;
  private static final int SWITCHES = 200_000;
  private static final int ROUNDS = 21;

  private static volatile long work;

  private Threads() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("switch")) {
      measureSwitches(args.length > 1);
      return;
    }
    int count = Integer.parseInt(args[0]);
    CountDownLatch started = new CountDownLatch(count);
    for (int i = 0; i < count; i++) {
      start(() -> waitForEver(started));
      if (hasVirtual()) {
        startVirtual(() -> waitForEver(new CountDownLatch(1)));
      }
    }
    for (int i = 0; i < BUSY; i++) {
      start(Threads::workForEver);
    }
    started.await();
    checkpoint();
    System.exit(0);
  }

  private static void checkpoint() throws ReflectiveOperationException {
    Class.forName("crjvm.Crjvm").getMethod("checkpoint").invoke(null);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private static boolean hasVirtual() {
    return Runtime.version().feature() >= 21;
  }

  private static void startVirtual(Runnable task) throws ReflectiveOperationException {
    Method method = Thread.class.getMethod("startVirtualThread", Runnable.class);
    method.invoke(null, task);
  }

  private static void waitForEver(CountDownLatch started) {
    started.countDown();
    while (true) {
      LockSupport.park();
    }
  }

  private static void workForEver() {
    while (true) {
      work++;
    }
  }

  private static void measureSwitches(boolean isCheckpoint) throws Exception {
    double[] rounds = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      nanosPerSwitch(); // warm-up
    }
    if (isCheckpoint) {
      checkpoint();
    }
    for (int i = 0; i < ROUNDS; i++) {
      rounds[i] = nanosPerSwitch();
    }
    Arrays.sort(rounds);
    System.out.printf("%.1f%n", rounds[ROUNDS / 2]);
  }

  /** Runs two virtual threads on one carrier. */
  private static double nanosPerSwitch() throws Exception {
    FutureTask<Void> one = new FutureTask<>(Threads::yieldOften, null);
    FutureTask<Void> other = new FutureTask<>(Threads::yieldOften, null);
    long began = System.nanoTime();
    startVirtual(one);
    startVirtual(other);
    one.get();
    other.get();
    return (double) (System.nanoTime() - began) / (2 * SWITCHES);
  }

  private static void yieldOften() {
    for (int i = 0; i < SWITCHES; i++) {
      Thread.yield();
    }
  }
}
