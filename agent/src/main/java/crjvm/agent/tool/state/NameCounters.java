package crjvm.agent.tool.state;

import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.JdkInside;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The counters in names that the JDK makes, such as {@code Thread-0}, {@code pool-1-thread-1} and
 * {@code Timer-0}. The message of an uncaught exception shows such names.
 */
public final class NameCounters {
  private record Counter(Field field, int value) {}

  private final List<Counter> counters = new ArrayList<>();

  public NameCounters() {
    if (JdkInside.hasField(Thread.class, "threadInitNumber")) {
      add("java.lang.Thread", "threadInitNumber");
    } else {
      add("java.lang.Thread$ThreadNumbering", "next"); // since JDK 21
    }
    add("java.util.concurrent.Executors$DefaultThreadFactory", "poolNumber");
    add("java.util.Timer", "nextSerialNumber");
  }

  /** Adds a counter. A counter that this JDK lacks is left out, and continues to count. */
  private void add(String type, String name) {
    try {
      Field field = JdkInside.field(JdkInside.type(type), name);
      counters.add(new Counter(field, value(field)));
    } catch (ReflectiveOperationException | RuntimeException e) {
      JdkLack.lose("the numbers in its threads' names go on from training runs", e);
    }
  }

  private static int value(Field field) throws IllegalAccessException {
    return field.get(null) instanceof AtomicInteger number ? number.get() : field.getInt(null);
  }

  public void bringBack() throws IllegalAccessException {
    for (Counter each : counters) {
      if (each.field().get(null) instanceof AtomicInteger number) {
        number.set(each.value());
      } else {
        each.field().setInt(null, each.value());
      }
    }
  }
}
