package crjvm.agent.warmup;

import crjvm.agent.os.jdk.CompileQueue;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The wait until the JIT compilers and class loading have calmed down, so that the image contains
 * their results and not their queue. It also waits for the main thread, which may still deploy the
 * server's applications.
 */
public final class QuietPeriod {
  private static final int SAMPLE_MS = 100;
  private static final int QUIET_SAMPLES = 5;

  /** The most compilation time in a quiet sample. */
  private static final long COMPILATION_MS = 10;

  private static final long CLASSES = 2;

  /** The most processor time of the main thread in a quiet sample. */
  private static final long MAIN_NS = 20_000_000;

  /** HotSpot's main thread is its first one. */
  private static final long MAIN = 1;

  private final LongSupplier compilationMillis;
  private final LongSupplier loadedClasses;

  /**
   * True if compilations run or wait. The compilation time includes a long compilation only after
   * its end, and a waiting one not at all.
   */
  private final BooleanSupplier hasCompilations;

  private final LongSupplier mainNanos;

  QuietPeriod(
      LongSupplier compilationMillis,
      LongSupplier loadedClasses,
      BooleanSupplier hasCompilations,
      LongSupplier mainNanos) {
    this.compilationMillis = compilationMillis;
    this.loadedClasses = loadedClasses;
    this.hasCompilations = hasCompilations;
    this.mainNanos = mainNanos;
  }

  /** Returns the quiet period of this JVM. */
  public static QuietPeriod ofThisJvm() {
    CompilationMXBean compilation = ManagementFactory.getCompilationMXBean();
    boolean isMeasured = compilation != null && compilation.isCompilationTimeMonitoringSupported();
    return new QuietPeriod(
        isMeasured ? compilation::getTotalCompilationTime : () -> 0, // -Xint
        ManagementFactory.getClassLoadingMXBean()::getTotalLoadedClassCount,
        CompileQueue::isBusy,
        mainNanos(ManagementFactory.getThreadMXBean()));
  }

  private static LongSupplier mainNanos(ThreadMXBean threads) {
    boolean isMeasured = threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();
    return isMeasured ? () -> threads.getThreadCpuTime(MAIN) : () -> 0; // -1: the thread has ended
  }

  /** Waits, and returns whether the JVM became quiet within the limit. */
  public boolean await(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    long compilation = compilationMillis.getAsLong();
    long classes = loadedClasses.getAsLong();
    long main = mainNanos.getAsLong();
    for (int quiet = 0; quiet < QUIET_SAMPLES; ) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      Thread.sleep(SAMPLE_MS);
      long compilationNow = compilationMillis.getAsLong();
      long classesNow = loadedClasses.getAsLong();
      long mainNow = mainNanos.getAsLong();
      boolean isQuiet =
          compilationNow - compilation <= COMPILATION_MS
              && classesNow - classes <= CLASSES
              && mainNow - main <= MAIN_NS
              && !hasCompilations.getAsBoolean();
      quiet = isQuiet ? quiet + 1 : 0;
      compilation = compilationNow;
      classes = classesNow;
      main = mainNow;
    }
    return true;
  }
}
