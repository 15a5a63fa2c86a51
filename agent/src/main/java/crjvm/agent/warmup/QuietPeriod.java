package crjvm.agent.warmup;

import crjvm.agent.os.CompileQueue;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Waits until the JIT compilers and class loading have calmed down, so that the image holds their
 * results and not their queue; and the main thread, which may still deploy what the server is for.
 */
public final class QuietPeriod {
  private static final int SAMPLE_MS = 100;
  private static final int QUIET_SAMPLES = 5;

  /** Compilation in a sample that is still no work worth waiting for. */
  private static final long COMPILATION_MS = 10;

  private static final long CLASSES = 2;

  /** The same for the main thread's processor time. */
  private static final long MAIN_NS = 20_000_000;

  /** HotSpot's main thread is its first. */
  private static final long MAIN = 1;

  private final LongSupplier compilationMillis;
  private final LongSupplier loadedClasses;

  /** A long compilation shows in the time only when it is done, and one that waits not at all. */
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

  /** Of this JVM. */
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
    return isMeasured ? () -> threads.getThreadCpuTime(MAIN) : () -> 0; // -1: it has ended
  }

  /** Whether it became quiet within the limit. */
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
