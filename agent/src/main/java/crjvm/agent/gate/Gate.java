package crjvm.agent.gate;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
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

  private static final int REHEARSALS = 3;
  private static final int PAUSE_MS = 25;

  /** More than the compilers may take, which the rehearsal waits for. */
  private static final Duration LIMIT = Duration.ofSeconds(8);

  /** For a thread that the application has let go of its lock. */
  private static final Duration RECOVERY = Duration.ofSeconds(2);

  private final ApplicationThreads threads;

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
    Rehearsal nothing = new Rehearsal(() -> {});
    try {
      Set<Thread> others = new HashSet<>(List.of(threads.all()));
      others.remove(nothing.thread());
      threads.stop(others);
      HeldLocks.areThere(nothing.thread());
    } finally {
      open();
      release();
    }
    nothing.run(LIMIT);
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
  public void rehearse(Rehearsal.Work work) throws Failure, InterruptedException {
    Optional<String> obstacle = new Rehearsal(work).run(LIMIT);
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
  public void close(Rehearsal.Work work) throws Failure, InterruptedException {
    Optional<String> obstacle = Optional.empty();
    int looks = 0;
    for (int rehearsals = 0; rehearsals < REHEARSALS; ) {
      Rehearsal rehearsal = new Rehearsal(work);
      boolean isClosed = false;
      try {
        long start = System.nanoTime();
        stop(rehearsal.thread());
        long stopped = System.nanoTime();
        if (looks++ >= LOOKS || !HeldLocks.areThere(rehearsal.thread())) {
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
