package crjvm.agent.gate;

import crjvm.agent.message.Failure;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * One run of the restore work in a thread of its own, which may get stuck: whoever waits for it can
 * still open the gate.
 */
public final class Rehearsal {
  private final Work work;
  private final Thread thread;
  private final CountDownLatch start = new CountDownLatch(1);
  private volatile boolean isCancelled;
  private volatile Throwable failure;

  /** What the restore does. */
  @FunctionalInterface
  public interface Work {
    void run() throws Failure, InterruptedException;
  }

  /** Starts the thread, which is not possible once others are stopped. */
  Rehearsal(Work work) {
    this.work = work;
    thread = new Thread(this::await, "crjvm rehearsal");
    thread.setDaemon(true);
    thread.start();
  }

  private void await() {
    try {
      start.await();
      if (!isCancelled) {
        work.run();
      }
    } catch (Throwable e) {
      failure = e;
    }
  }

  Thread thread() {
    return thread;
  }

  /**
   * Has the work done.
   *
   * @return what it still waits for at the end of the time
   * @throws Failure the work can't be done
   */
  Optional<String> run(Duration limit) throws Failure, InterruptedException {
    start.countDown();
    if (!awaitEnd(limit)) {
      return Optional.of(obstacle());
    }
    if (failure instanceof Failure reason) {
      throw reason;
    } else if (failure != null) {
      throw new IllegalStateException(failure);
    }
    return Optional.empty();
  }

  /** Whoever ends has left the locks behind that ending takes. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    thread.join(limit.toMillis());
    return !thread.isAlive();
  }

  private String obstacle() {
    ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId(), 1);
    if (info == null) {
      return "not known";
    } else if (info.getLockName() == null) {
      return info.getStackTrace().length == 0 ? "not known" : "in " + info.getStackTrace()[0];
    }
    String owner = info.getLockOwnerName();
    return info.getLockName() + (owner == null ? "" : ", thread \"" + owner + "\"");
  }

  /** Has the thread end without the work, or after it. */
  void cancel() {
    isCancelled = true;
    start.countDown();
  }
}
