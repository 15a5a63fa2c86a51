package crjvm.agent.restore;

import crjvm.agent.os.jdk.JdkInside;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.function.Supplier;

/** A framework's task that has a time of day and, once it has run, another. */
abstract class CronTask {
  private static final long MOST =
      Long.MAX_VALUE / 4_000_000; // milliseconds that an executor takes

  /** Returns the task, or null if it is something else. */
  static CronTask of(Object task) throws ReflectiveOperationException {
    return switch (task == null ? "" : task.getClass().getName()) {
      case "org.springframework.scheduling.concurrent.ReschedulingRunnable" -> new OfSpring(task);
      case "io.micronaut.scheduling.ReschedulingTask" -> new OfMicronaut(task);
      default -> null;
    };
  }

  /**
   * Returns the milliseconds until the task is due. A time that has passed is left out if there is
   * another one by a cron expression, as a normal start leaves it out. Otherwise the number is
   * negative.
   */
  final long delayMillis() throws ReflectiveOperationException {
    long now = System.currentTimeMillis();
    long due = due();
    return Math.min((due < now ? next() : due) - now, MOST);
  }

  /** Returns the time of day, in milliseconds since 1970. */
  abstract long due() throws ReflectiveOperationException;

  /** Finds the next time of day after now, if the task repeats by a cron expression. */
  abstract long next() throws ReflectiveOperationException;

  private static final class OfSpring extends CronTask {
    private static final String CRON = "org.springframework.scheduling.support.CronTrigger";

    private final Object task;
    private final Field time;
    private final Object trigger;

    OfSpring(Object task) throws ReflectiveOperationException {
      this.task = task;
      time = JdkInside.field(task.getClass(), "scheduledExecutionTime");
      trigger = JdkInside.field(task.getClass(), "trigger").get(task);
    }

    @Override
    long due() throws ReflectiveOperationException {
      Object value = time.get(task);
      return value instanceof Date date ? date.getTime() : ((Instant) value).toEpochMilli();
    }

    @Override
    long next() throws ReflectiveOperationException {
      if (!trigger.getClass().getName().equals(CRON)) {
        return due();
      }
      Object last = JdkInside.field(task.getClass(), "triggerContext").get(task);
      boolean isDate = time.getType() == Date.class; // before Spring 6
      Constructor<?> constructor = last.getClass().getConstructor(Clock.class);
      Object context = constructor.newInstance(Clock.systemDefaultZone());
      Class<?> type = last.getClass().getInterfaces()[0];
      Method method =
          trigger.getClass().getMethod(isDate ? "nextExecutionTime" : "nextExecution", type);
      Object next = method.invoke(trigger, context);
      if (next != null) {
        time.set(task, next);
      }
      return due();
    }
  }

  private static final class OfMicronaut extends CronTask {
    private final Object cron;

    OfMicronaut(Object task) throws ReflectiveOperationException {
      cron = JdkInside.field(task.getClass(), "nextTime").get(task);
    }

    @Override
    long due() throws ReflectiveOperationException {
      Object time = JdkInside.field(cron.getClass(), "nextFireTime").get(cron);
      return ((ZonedDateTime) time).toInstant().toEpochMilli();
    }

    @Override
    long next() throws ReflectiveOperationException {
      var unused = ((Supplier<?>) cron).get(); // It computes a time after now.
      return due();
    }
  }
}
