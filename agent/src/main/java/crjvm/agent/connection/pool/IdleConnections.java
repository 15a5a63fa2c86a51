package crjvm.agent.connection.pool;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * The idle connections of all pools, closed for a dump. A failure here does not fail the
 * checkpoint.
 */
public final class IdleConnections {
  private final List<PoolTask> tasks;
  private final Duration limit;

  private IdleConnections(List<PoolTask> tasks, Duration limit) {
    this.tasks = tasks;
    this.limit = limit;
  }

  /**
   * Closes them, and returns when they are closed or the time is over.
   *
   * @param limit the time limit for closing, and for going on
   */
  public static IdleConnections close(Collection<? extends ConnectionPool> pools, Duration limit)
      throws InterruptedException {
    List<PoolTask> tasks = pools.stream().map(PoolTask::new).toList();
    tasks.forEach(PoolTask::startClosing);
    long end = System.nanoTime() + limit.toNanos();
    for (PoolTask task : tasks) {
      task.awaitClosing(end);
    }
    return new IdleConnections(tasks, limit);
  }

  /**
   * Restores the pools' settings after the dump, in every process in which the application
   * continues.
   */
  public void goOn() {
    // A method reference would make a restored process define a class.
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
