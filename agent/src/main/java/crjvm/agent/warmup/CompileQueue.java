package crjvm.agent.warmup;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/** What the JIT compilers are doing and have yet to do, as {@code jcmd Compiler.queue} shows it. */
final class CompileQueue {
  private CompileQueue() {}

  /** Whether a compilation runs or waits; false where this JVM does not tell. */
  static boolean isBusy() {
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
