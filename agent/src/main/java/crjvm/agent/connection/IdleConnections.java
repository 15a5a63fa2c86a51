package crjvm.agent.connection;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** The idle connections of all pools, closed for a dump. Nothing of it fails the checkpoint. */
public final class IdleConnections {
  private final List<PoolTask> tasks;
  private final Duration limit;

  private IdleConnections(List<PoolTask> tasks, Duration limit) {
    this.tasks = tasks;
    this.limit = limit;
  }

  /**
   * Returns when they are closed, or when time is up.
   *
   * @param limit of the time for this, and for going on
   */
  static IdleConnections close(Collection<? extends ConnectionPool> pools, Duration limit)
      throws InterruptedException {
    List<PoolTask> tasks = pools.stream().map(PoolTask::new).toList();
    tasks.forEach(PoolTask::startClosing);
    long end = System.nanoTime() + limit.toNanos();
    for (PoolTask task : tasks) {
      task.awaitClosing(end);
    }
    return new IdleConnections(tasks, limit);
  }

  /** After the dump, in every process that the application goes on in: pools are as they were. */
  public void goOn() {
    // No method reference: a restored process would make a class of it.
    for (PoolTask task : tasks) {
      task.startGoingOn();
    }
    long end = System.nanoTime() + limit.toNanos();
    try {
      for (PoolTask task : tasks) {
        task.awaitGoingOn(end);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
