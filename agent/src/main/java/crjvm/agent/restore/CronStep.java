package crjvm.agent.restore;

import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jdk.JvmThreads;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The step for tasks with a cron expression or another trigger. Frameworks compute how long it is
 * until a task's time of day, and give the delay to an executor, which waits by the clock that goes
 * on from the checkpoint. The task would be late by the age of the image.
 */
final class CronStep implements RestoreStep {
  private final JvmThreads threads = new JvmThreads();
  private final Field holder; // null: threads have their tasks themselves
  private final Field threadTask;
  private final Class<?> worker = inside("ThreadPoolExecutor$Worker");
  private final Field executor = JdkInside.field(worker, "this$0");
  private final Class<?> future = inside("ScheduledThreadPoolExecutor$ScheduledFutureTask");
  private final Field time = JdkInside.field(future, "time");
  private final Field callable = JdkInside.field(FutureTask.class, "callable");
  private final Class<?> adapter = inside("Executors$RunnableAdapter");
  private final Field runnable = JdkInside.field(adapter, "task");

  private final List<ScheduledThreadPoolExecutor> executors = new ArrayList<>();

  CronStep() throws ReflectiveOperationException {
    if (JdkInside.hasField(Thread.class, "holder")) { // since JDK 19
      holder = JdkInside.field(Thread.class, "holder");
      threadTask = JdkInside.field(holder.getType(), "task");
    } else {
      holder = null;
      threadTask = JdkInside.field(Thread.class, "target");
    }
  }

  private static Class<?> inside(String name) throws ReflectiveOperationException {
    return JdkInside.type("java.util.concurrent." + name);
  }

  @Override
  public String name() {
    return "cron";
  }

  @Override
  public void prepare() throws ReflectiveOperationException {
    executors.clear();
    for (Thread thread : threads.list()) {
      Object held = holder == null ? thread : holder.get(thread);
      Object task = held == null ? null : threadTask.get(held);
      if (worker.isInstance(task)
          && executor.get(task) instanceof ScheduledThreadPoolExecutor found
          && !executors.contains(found)) {
        executors.add(found);
      }
    }
  }

  @Override
  public void release() {
    executors.clear();
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) {
    return NOTHING;
  }

  /** It needs the queues' locks, which threads may hold until the gate is open. */
  @Override
  public void afterGate() throws ReflectiveOperationException {
    for (ScheduledThreadPoolExecutor each : executors) {
      for (Runnable task : each.getQueue().toArray(new Runnable[0])) {
        if (task.getClass() == future) {
          schedule(each, task);
        }
      }
    }
  }

  private void schedule(ScheduledThreadPoolExecutor each, Runnable task)
      throws ReflectiveOperationException {
    Object called = callable.get(task); // null: it has run
    CronTask cron = CronTask.of(adapter.isInstance(called) ? runnable.get(called) : called);
    // A task that is no longer in the queue has just begun, or was cancelled.
    if (cron == null || !each.getQueue().remove(task)) {
      return;
    }
    try {
      long delay = cron.delayMillis();
      time.setLong(task, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delay));
    } finally {
      each.getQueue().add(task);
    }
    if (each.isShutdown() && each.remove(task)) {
      ((FutureTask<?>) task).cancel(false);
    }
  }
}
