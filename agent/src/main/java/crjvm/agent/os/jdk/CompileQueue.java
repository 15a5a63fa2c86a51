package crjvm.agent.os.jdk;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The running and waiting tasks of the JIT compilers, as {@code jcmd Compiler.queue} shows them.
 */
public final class CompileQueue {
  private static final String RUNNING = "Current compiles:";
  private static final int INTERVAL_MS = 20;

  private CompileQueue() {}

  /** Waits until no compilation runs or waits, but no longer than {@code limit}. */
  public static void awaitIdle(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (isBusy() && System.nanoTime() - end < 0) {
      Thread.sleep(INTERVAL_MS);
    }
  }

  /**
   * Returns the milliseconds that compilations have taken so far, or 0 if this JVM does not report
   * them.
   */
  public static long spent() {
    CompilationMXBean compilation = ManagementFactory.getCompilationMXBean();
    return compilation != null && compilation.isCompilationTimeMonitoringSupported()
        ? compilation.getTotalCompilationTime()
        : 0;
  }

  /** Returns whether a compilation runs or waits, or false if this JVM does not report it. */
  public static boolean isBusy() {
    try {
      return isBusy(DiagnosticCommand.find().run("Compiler.queue"));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return false;
    }
  }

  /**
   * Returns whether the listing has compilations. It has headings that end with a colon, and below
   * each of them its compilations or "Empty".
   */
  static boolean isBusy(String listing) {
    return listing
        .lines()
        .map(String::strip)
        .anyMatch(line -> !line.isEmpty() && !line.endsWith(":") && !line.equals("Empty"));
  }

  /**
   * Returns the running compilations of a listing. The line of a compilation does not change until
   * its end.
   *
   * @throws IllegalArgumentException the text is not a listing of compilations
   */
  public static Set<String> running(String listing) {
    if (!listing.startsWith(RUNNING)) {
      throw new IllegalArgumentException("it does not begin with \"" + RUNNING + "\"");
    }
    return listing
        .lines()
        .skip(1)
        .map(String::strip)
        .takeWhile(line -> !line.isEmpty())
        .collect(Collectors.toSet());
  }
}
