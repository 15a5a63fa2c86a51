package crjvm.agent.gate;

import crjvm.agent.message.Failure;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * Work behind the gate in its own thread. If the thread gets stuck, the waiting thread can still
 * open the gate.
 */
public final class GateTask {
  /** Work that goes on gets this many times the limit before it counts as stuck. */
  private static final int MOST_LIMITS = 8;

  /** Work that goes on gets at least this part of a processor. */
  private static final int LEAST_USE = 100;

  private final Work work;
  private final Thread thread;
  private final CountDownLatch start = new CountDownLatch(1);
  private volatile boolean isCancelled;
  private volatile Throwable failure;

  /** The work of the thread. */
  @FunctionalInterface
  public interface Work {
    void run() throws Failure, InterruptedException;
  }

  /**
   * Starts the thread. It is called before other threads are stopped, or when none of them was
   * stopped in the middle of an operation.
   */
  GateTask(String name, Work work) {
    this.work = work;
    thread = new Thread(this::runAtStart, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void runAtStart() {
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
   * Runs the work in the thread. On a busy or slow machine the work gets more time, as long as it
   * goes on. A thread that is just ending does.
   *
   * @param limit the time after which the work counts as stuck, if it has hardly used a processor
   * @return the lock that the work still waits for at the end of the time
   * @throws Failure the work can't be done
   */
  Optional<String> run(Duration limit) throws Failure, InterruptedException {
    begin();
    Optional<String> obstacle = await(limit);
    if (obstacle.isEmpty()) {
      checkEnd();
    }
    return obstacle;
  }

  /**
   * Waits for the end of the work as {@link #run} does. The end may be a failure.
   *
   * @return the lock that the work still waits for at the end of the time
   */
  Optional<String> await(Duration limit) throws InterruptedException {
    Optional<String> obstacle = Optional.empty();
    long used = 0;
    for (int i = 0; i < MOST_LIMITS; i++) {
      if (awaitEnd(limit)) {
        return Optional.empty();
      }
      long before = used;
      used = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
      boolean goesOn = used - before >= limit.toNanos() / LEAST_USE;
      obstacle = obstacle();
      if (!goesOn && obstacle.isPresent()) {
        break;
      }
    }
    return Optional.of(obstacle.orElse("not known"));
  }

  void begin() {
    start.countDown();
  }

  /**
   * Throws the exception of the work after its end.
   *
   * @throws Failure the work could not be done
   */
  void checkEnd() throws Failure, InterruptedException {
    if (failure instanceof Failure reason) {
      throw reason;
    } else if (failure instanceof InterruptedException interruption) {
      throw interruption;
    } else if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  /**
   * Waits until the thread has ended, so that it has also released the locks that its ending needs.
   */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    thread.join(limit.toMillis());
    return !thread.isAlive();
  }

  /** Returns whether the thread waits for another thread, which may be a stopped one. */
  boolean isWaiting() {
    Thread.State state = thread.getState();
    return state == Thread.State.BLOCKED || state == Thread.State.WAITING;
  }

  void interrupt() {
    thread.interrupt();
  }

  /** Returns the lock that the thread waits for, or where it is, or nothing while it ends. */
  private Optional<String> obstacle() {
    ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId(), 1);
    if (info == null) {
      return Optional.empty();
    } else if (info.getLockName() == null) {
      return Stream.of(info.getStackTrace()).findFirst().map(place -> "in " + place);
    }
    String owner = info.getLockOwnerName();
    return Optional.of(info.getLockName() + (owner == null ? "" : ", thread \"" + owner + "\""));
  }

  /** Makes the thread end without the work or after it. */
  void cancel() {
    isCancelled = true;
    start.countDown();
  }
}
