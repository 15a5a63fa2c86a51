package crjvm.agent.restore;

import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jdk.JvmThreads;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.TimerTask;
import java.util.function.Supplier;

/**
 * The step for {@link java.util.Timer}, which gives its tasks times of day, and whose thread waits
 * by the clock that goes on from the checkpoint. The thread would sleep on beside a task that has
 * become due meanwhile, and every new task would wait behind that one. Tasks at a fixed rate, which
 * a timer makes up for one by one, go on with their next time.
 */
final class TimersStep implements RestoreStep {
  private final JvmThreads threads = new JvmThreads();
  private final Class<?> thread = JdkInside.type("java.util.TimerThread");
  private final Field queue = JdkInside.field(thread, "queue");
  private final Method size = JdkInside.method(queue.getType(), "size");
  private final Method get = JdkInside.method(queue.getType(), "get", int.class);
  private final Method heapify = JdkInside.method(queue.getType(), "heapify");
  private final Field time = JdkInside.field(TimerTask.class, "nextExecutionTime");
  private final Field period = JdkInside.field(TimerTask.class, "period");

  private final List<Object> queues = new ArrayList<>();

  TimersStep() throws ReflectiveOperationException {}

  @Override
  public String name() {
    return "timers";
  }

  @Override
  public void prepare() throws ReflectiveOperationException {
    queues.clear();
    for (Thread each : threads.list()) {
      if (each.getClass() == thread) {
        queues.add(queue.get(each));
      }
    }
  }

  @Override
  public void release() {
    queues.clear();
  }

  /**
   * Gives tasks at a fixed rate their next time, before a timer's thread can make up for the
   * others.
   */
  @Override
  public Supplier<String> apply(RestoreMessage message) throws ReflectiveOperationException {
    boolean isReal = !message.imageId().equals(StartStep.NO_IMAGE);
    for (Object each : queues) {
      leaveOut(each, isReal);
    }
    return NOTHING;
  }

  /**
   * Whoever changes a queue is stopped, so the queue may lack an entry. Its order is not needed.
   */
  private void leaveOut(Object tasks, boolean isReal) throws ReflectiveOperationException {
    long now = System.currentTimeMillis();
    int count = (int) size.invoke(tasks);
    for (int i = 1; i <= count; i++) {
      Object task = get.invoke(tasks, i);
      long rate =
          task == null ? 0 : period.getLong(task); // negative: a fixed delay, and 0: it runs once
      if (rate > 0) {
        long next = time.getLong(task);
        time.setLong(task, isReal && next < now ? now + rate - (now - next) % rate : next);
      }
    }
  }

  @Override
  public boolean needsGate() {
    return true;
  }

  /** It needs the queues' locks, which threads may hold until the gate is open. */
  @Override
  public void afterGate() throws ReflectiveOperationException {
    for (Object each : queues) {
      synchronized (each) {
        heapify.invoke(each);
        each.notifyAll(); // The thread looks at the time of day again.
      }
    }
  }
}
