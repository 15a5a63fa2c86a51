package crjvm.agent.gate;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What keeps the application's threads from running between the dump and the end of the restore
 * work. It counts as closed once the restore work has been rehearsed behind it: nothing changes
 * from then on, so that no stopped thread has a lock that the work needs.
 */
public final class Gate {
  private static final String WHAT = "checkpoint failed";

  /** How often a thread may be met with a lock of the JDK that it will not have for long. */
  private static final int LOOKS = 20;

  private static final String REHEARSAL = "crjvm rehearsal";

  private static final int REHEARSALS = 3;
  private static final int PAUSE_MS = 25;

  /** Between two looks at what is done behind the gate. */
  private static final Duration LOOK = Duration.ofMillis(50);

  /** More than the compilers may take, which the rehearsal waits for. */
  private static final Duration LIMIT = Duration.ofSeconds(8);

  /** For a thread that the application has let go of its lock. */
  private static final Duration RECOVERY = Duration.ofSeconds(2);

  /** How long what is done behind the gate may seem to wait for a stopped thread. */
  private static final int PATIENCE = 20;

  private final ApplicationThreads threads;

  /** Whether it was closed without a thread in the middle of something. */
  private boolean isCalm;

  /**
   * @throws Failure this JVM can't have one
   */
  public Gate() throws Failure, InterruptedException {
    try {
      threads = new ApplicationThreads();
      practise();
    } catch (IOException | LinkageError e) {
      throw cannotStop(e);
    }
  }

  /** Has all code loaded and linked by stopping one thread of ours. */
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
   * The first time, with all threads running: code is loaded and linked.
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
        "the restore would need a lock that the application has (" + lock + ")",
        "see that no thread keeps it at the warm point");
  }

  /**
   * Stops the application's threads; the caller's is a platform thread.
   *
   * @param work the restore work, which has been rehearsed before; runs in another thread
   * @throws Failure the threads run
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
      } else if (!rehearsal.awaitEnd(RECOVERY)) {
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
   * After the dump, in the original process: has the last work of all done, while the application's
   * threads stand still. They go on as soon as they might be needed: when the work waits for a
   * thread, when a thread begins, for a signal or for a tool that attaches, and when the work
   * fails.
   *
   * @param work does not return if all is well; an interrupt of this thread is one of its own
   * @throws Failure the work's
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

  /** Lets the application's threads go, on either side; an open gate stays open. */
  public void open() {
    threads.letGo(false);
  }

  /** Opens the gate in a restored process. Its rehearsals run the same code, to no effect. */
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

  /** After the gate has been opened, when nobody waits any more. */
  public void release() {
    threads.release();
  }
}
