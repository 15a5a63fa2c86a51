package crjvm.agent.os;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** What the JIT compilers are doing and have yet to do, as {@code jcmd Compiler.queue} shows it. */
public final class CompileQueue {
  private static final String RUNNING = "Current compiles:";
  private static final int INTERVAL_MS = 20;

  private CompileQueue() {}

  /** Waits until nothing runs or waits, no longer than {@code limit}. */
  public static void awaitIdle(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (isBusy() && System.nanoTime() - end < 0) {
      Thread.sleep(INTERVAL_MS);
    }
  }

  /** The milliseconds that compilations have taken so far; 0 where this JVM does not tell. */
  public static long spent() {
    CompilationMXBean compilation = ManagementFactory.getCompilationMXBean();
    return compilation != null && compilation.isCompilationTimeMonitoringSupported()
        ? compilation.getTotalCompilationTime()
        : 0;
  }

  /** Whether a compilation runs or waits; false where this JVM does not tell. */
  public static boolean isBusy() {
    try {
      return isBusy(DiagnosticCommand.find().run("Compiler.queue"));
    } catch (ReflectiveOperationException | RuntimeException e) {
      return false;
    }
  }

  /** A listing has headings, which end with a colon, and below each its compilations or "Empty". */
  static boolean isBusy(String listing) {
    return listing
        .lines()
        .map(String::strip)
        .anyMatch(line -> !line.isEmpty() && !line.endsWith(":") && !line.equals("Empty"));
  }

  /**
   * The compilations of a listing that run, each by a line that stays the same until its end.
   *
   * @throws IllegalArgumentException it is no such listing
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
