package crjvm.agent.tool;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The numbers in names that the JDK gives: {@code Thread-0}, {@code pool-1-thread-1}, {@code
 * Timer-0}. A message of an uncaught exception has them.
 */
final class NameCounters {
  private record Counter(Field field, int value) {}

  private final List<Counter> counters = new ArrayList<>();

  NameCounters() throws ReflectiveOperationException {
    try {
      add("java.lang.Thread$ThreadNumbering", "next"); // since JDK 21
    } catch (ClassNotFoundException e) {
      add("java.lang.Thread", "threadInitNumber");
    }
    add("java.util.concurrent.Executors$DefaultThreadFactory", "poolNumber");
    add("java.util.Timer", "nextSerialNumber");
  }

  private void add(String type, String name) throws ReflectiveOperationException {
    Field field = Class.forName(type).getDeclaredField(name);
    field.setAccessible(true);
    counters.add(new Counter(field, value(field)));
  }

  private static int value(Field field) throws IllegalAccessException {
    return field.get(null) instanceof AtomicInteger number ? number.get() : field.getInt(null);
  }

  void bringBack() throws IllegalAccessException {
    for (Counter each : counters) {
      if (each.field().get(null) instanceof AtomicInteger number) {
        number.set(each.value());
      } else {
        each.field().setInt(null, each.value());
      }
    }
  }
}
