package crjvm.agent.os;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.JMException;
import javax.management.ObjectName;

/** What the JIT compilers are doing and have yet to do, as {@code jcmd Compiler.queue} shows it. */
public final class CompileQueue {
  private static final int INTERVAL_MS = 20;

  private CompileQueue() {}

  /** Waits until nothing runs or waits, no longer than {@code limit}. */
  public static void awaitIdle(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (isBusy() && System.nanoTime() - end < 0) {
      Thread.sleep(INTERVAL_MS);
    }
  }

  /** Whether a compilation runs or waits; false where this JVM does not tell. */
  public static boolean isBusy() {
    try {
      Object listing =
          ManagementFactory.getPlatformMBeanServer()
              .invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "compilerQueue",
                  null,
                  null);
      return isBusy((String) listing);
    } catch (JMException | RuntimeException e) {
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
}
