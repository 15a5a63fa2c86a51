package crjvm.agent.checkpoint.dump;

import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The termination signals (SIGHUP, SIGINT, SIGTERM) that were ignored when the JVM was started, as
 * nohup does and shells do for background jobs. HotSpot keeps ignoring them although Java's
 * handlers are registered. If the application asked to ignore a signal, Java has no handler for it.
 */
final class IgnoredSignals {
  private static final List<Integer> OF_THE_END = List.of(1, 2, 15);
  private static final int HEXADECIMAL = 16;

  private IgnoredSignals() {}

  static List<Integer> find() throws IOException {
    long mask = Long.parseUnsignedLong(ProcessFiles.status("SigIgn").orElse("0"), HEXADECIMAL);
    if (OF_THE_END.stream().noneMatch(number -> isIn(mask, number))) {
      return List.of();
    }
    TreeSet<Integer> numbers = new TreeSet<>();
    try {
      Class<?> type = JdkInside.type("jdk.internal.misc.Signal");
      Field handlers = JdkInside.field(type, "handlers");
      Method number = JdkInside.method(type, "getNumber");
      // The loop reads the table without its lock, which a thread of the application may hold.
      for (Object signal : ((Map<?, ?>) handlers.get(null)).keySet()) {
        numbers.add((Integer) number.invoke(signal));
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      JdkLack.lose("SIGHUP, SIGINT and SIGTERM stay ignored where they were at the checkpoint", e);
    }
    return numbers.stream()
        .filter(OF_THE_END::contains)
        .filter(number -> isIn(mask, number))
        .toList();
  }

  private static boolean isIn(long mask, int number) {
    return (mask >>> (number - 1) & 1) != 0;
  }
}
