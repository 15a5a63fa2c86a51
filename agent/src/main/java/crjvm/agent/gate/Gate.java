package crjvm.agent.gate;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A gate that keeps the application's threads from running between the dump and the end of the
 * restore work. The gate counts as closed once the restore work has been rehearsed behind it.
 * Nothing changes after that, so no stopped thread holds a lock that the work needs.
 */
public final class Gate {
  private static final String WHAT = "checkpoint failed";

  /** The number of tries in which a thread may hold a lock that it will soon release. */
  private static final int LOOKS = 20;

  private static final String REHEARSAL = "crjvm rehearsal";

  private static final int REHEARSALS = 3;
  private static final int PAUSE_MS = 25;

  /** The pause between two checks of the work behind the gate. */
  private static final Duration LOOK = Duration.ofMillis(50);

  /**
   * The time limit of a rehearsal. It is longer than the time that the compilers may take, for
   * which the rehearsal waits.
   */
  private static final Duration LIMIT = Duration.ofSeconds(8);

  /**
   * The time limit for a rehearsal to end after the application was allowed to release its locks. A
   * rehearsal that goes on gets more.
   */
  private static final Duration RECOVERY = Duration.ofSeconds(2);

  /**
   * The number of checks during which the work behind the gate may seem to wait for a stopped
   * thread.
   */
  private static final int PATIENCE = 20;

  private final ApplicationThreads threads;

  /** True if no thread was stopped in the middle of an operation. */
  private boolean isCalm;

  /**
   * @throws Failure this JVM can't have a gate
   */
  public Gate() throws Failure, InterruptedException {
    try {
      threads = new ApplicationThreads();
      practise();
    } catch (IOException | LinkageError e) {
      throw cannotStop(e);
    }
  }

  /** Loads and links all code by stopping one thread of the agent. */
  private void practise() throws IOException, Failure, InterruptedException {
    GateTask nothing = new GateTask(REHEARSAL, () -> {});
    try {
      Set<Thread> others = new HashSet<>(threads.all());
      others.remove(nothing.thread());
      threads.stop(others);
      HeldLocks.areThere(nothing.thread());
      threads.letSignalsCome();
    } finally {
      open();
      release();
    }
    await(nothing);
  }

  private static Failure cannotStop(Throwable e) {
    return new Failure(
        WHAT,
        "the application's threads can't be stopped (" + e.getMessage() + ")",
        "start the application without a debugger (-agentlib:jdwp)",
        e);
  }

  /**
   * Rehearses the work for the first time, with all threads running, so that its code is loaded and
   * linked.
   *
   * @throws Failure the work can't be done, or needs a lock that is never free
   */
  public void rehearse(GateTask.Work work) throws Failure, InterruptedException {
    Optional<String> obstacle = new GateTask(REHEARSAL, work).run(LIMIT);
    if (obstacle.isPresent()) {
      throw locked(obstacle.get());
    }
  }

  private static Failure locked(String lock) {
    return new Failure(
        WHAT,
        "the restore would need a lock that the application holds (" + lock + ")",
        "see that no thread keeps it at the warm point");
  }

  /**
   * Stops the application's threads. The calling thread must be a platform thread.
   *
   * @param work the restore work, which has been rehearsed before; it runs in another thread
   * @throws Failure the gate can't be closed, and the threads run
   */
  public void close(GateTask.Work work) throws Failure, InterruptedException {
    Optional<String> obstacle = Optional.empty();
    int looks = 0;
    for (int rehearsals = 0; rehearsals < REHEARSALS; ) {
      GateTask rehearsal = new GateTask(REHEARSAL, work);
      boolean isClosed = false;
      try {
        long start = System.nanoTime();
        stop(rehearsal.thread());
        long stopped = System.nanoTime();
        isCalm = !HeldLocks.areThere(rehearsal.thread());
        if (isCalm || looks++ >= LOOKS) {
          rehearsals++;
          obstacle = rehearsal.run(LIMIT);
          isClosed = obstacle.isEmpty();
          trace(stopped - start, System.nanoTime() - stopped);
        }
      } finally {
        if (!isClosed) {
          open();
          release();
          rehearsal.cancel();
        }
      }
      if (isClosed) {
        return;
      } else if (rehearsal.await(RECOVERY).isPresent()) {
        break;
      }
      Thread.sleep(PAUSE_MS);
    }
    throw locked(obstacle.orElse("not known"));
  }

  private void trace(long stopping, long rehearsing) {
    if (Console.isDebug()) {
      Console.say(
          String.format(
              "gate: %d threads stopped in %d us, rehearsal %d us",
              threads.count(), stopping / 1000, rehearsing / 1000));
    }
  }

  private void stop(Thread rehearsal) throws Failure {
    try {
      threads.stop(Set.of(Thread.currentThread(), rehearsal));
    } catch (IOException e) {
      throw cannotStop(e);
    }
  }

  /**
   * Runs the last work of the original process after the dump, while the application's threads are
   * stopped. They are resumed as soon as they might be needed: when the work waits for a thread,
   * when a thread begins because of a signal or a tool that attaches, and when the work fails.
   *
   * @param work does not return if it succeeds; an interrupt of this thread is passed to it
   * @throws Failure the work has failed
   */
  public void finish(GateTask.Work work) throws Failure, InterruptedException {
    try {
      if (isCalm) {
        threads.letSignalsCome();
      } else {
        open();
      }
      await(new GateTask("crjvm checkpoint", work));
    } finally {
      open();
    }
  }

  private void await(GateTask task) throws Failure, InterruptedException {
    task.begin();
    int waits = 0;
    while (!hasEnded(task)) {
      waits = task.isWaiting() ? waits + 1 : 0;
      if (waits > PATIENCE || hasNewThread(task)) {
        open();
      }
    }
    task.checkEnd();
  }

  private static boolean hasEnded(GateTask task) throws InterruptedException {
    try {
      return task.awaitEnd(LOOK);
    } catch (InterruptedException e) {
      task.interrupt();
      return false;
    }
  }

  private boolean hasNewThread(GateTask task) {
    try {
      return threads.areNew(task.thread());
    } catch (IOException e) {
      Console.trace(e);
      return true;
    }
  }

  /**
   * Resumes the application's threads, in the original or in a restored process. An open gate stays
   * open.
   */
  public void open() {
    threads.letGo(false);
  }

  /**
   * The opening of the gate in a restored process. Rehearsals run the same code without an effect.
   */
  public final class Opening implements Runnable {
    private volatile boolean isRehearsed;

    private Opening() {}

    public void setRehearsed(boolean rehearsed) {
      isRehearsed = rehearsed;
    }

    @Override
    public void run() {
      threads.letGo(isRehearsed);
    }
  }

  public Opening opening() {
    return new Opening();
  }

  /**
   * Releases everything that the gate has kept. It is called after the gate was opened, when no
   * thread waits any more.
   */
  public void release() {
    threads.release();
  }
}
