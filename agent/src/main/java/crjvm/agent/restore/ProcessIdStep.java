package crjvm.agent.restore;

import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.os.jna.Kernel;
import java.lang.reflect.Method;
import java.util.function.Supplier;

/**
 * The step that updates {@code java.lang.ProcessHandleImpl.current}, which caches process id and
 * start time, Spring's system property {@code PID}, and layouts of logs. RuntimeMXBean asks the
 * kernel each time.
 */
final class ProcessIdStep implements RestoreStep {
  private final Object current;
  private final MutableField pid;
  private final MutableField startTime;
  private final Method startTimeOf;

  ProcessIdStep() throws ReflectiveOperationException {
    Class<?> type = JdkInside.type("java.lang.ProcessHandleImpl");
    current = JdkInside.field(type, "current").get(null);
    pid = JdkInside.mutableField(type, "pid");
    startTime = JdkInside.mutableField(type, "startTime");
    startTimeOf = JdkInside.method(type, "isAlive0", long.class);
  }

  @Override
  public String name() {
    return "process id";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) throws ReflectiveOperationException {
    long before = (Long) pid.get(current);
    long now = Kernel.processId();
    pid.set(current, now);
    startTime.set(current, startTimeOf.invoke(null, now));
    if (Long.toString(before).equals(System.getProperty("PID"))) {
      System.setProperty("PID", Long.toString(now));
    }
    ProcessIdTexts.replace(before, now);
    return before == now ? NOTHING : change(before, now);
  }

  private static Supplier<String> change(long before, long now) {
    return () -> before + " -> " + now;
  }

  @Override
  public void rehearse() {
    change(0, 1);
    ProcessIdTexts.rehearse();
  }
}
