package crjvm.agent.os.command;

import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.jna.LibC;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * A way to run a command with the calling thread alone. {@code ProcessBuilder} needs other threads
 * (the JDK's "process reaper", and some that drain the streams), which do not run while the gate is
 * closed. And if the JVM has no free descriptor, {@code ProcessBuilder} may close descriptor 0,
 * which is the application's (seen with JDK 17 and 25).
 */
public final class LoneRunner implements CommandRunner {
  private static final int OUTPUT_LIMIT = 64 * 1024;
  private static final int STREAMS = 2; // standard output, standard error
  private static final int LEAST_PAUSE_MS = 5;
  private static final int MOST_PAUSE_MS = 50;
  private static final short POLLIN = 1;
  private static final int WNOHANG = 1;

  private final boolean isInterruptible;
  private final boolean isForIdleTime;

  /**
   * Makes a runner that delays interrupts until the command has ended, because the command must not
   * be left alone.
   */
  public LoneRunner() {
    this(false, false);
  }

  private LoneRunner(boolean isInterruptible, boolean isForIdleTime) {
    this.isInterruptible = isInterruptible;
    this.isForIdleTime = isForIdleTime;
  }

  /**
   * Returns a runner for long commands while the application runs. An interrupt of the thread kills
   * the command. The command inherits only the standard streams, if the C library supports that
   * (glibc since 2.34).
   */
  public static LoneRunner interruptible() {
    return new LoneRunner(true, false);
  }

  /**
   * Returns a runner like {@link #interruptible}, whose time limit is for a command that does
   * nothing: it begins again whenever the command goes on. So a slow machine or disk is no failure.
   */
  public static LoneRunner untilIdle() {
    return new LoneRunner(true, true);
  }

  /**
   * Runs a program that ends at once and leaves another one in the background.
   *
   * @param kept descriptors that both programs inherit, whether they are closed on exec or not; the
   *     standard streams are always inherited
   * @return the exit status
   */
  public static int launch(List<String> command, List<Integer> kept) throws IOException {
    Spawn spawn = new Spawn();
    kept.forEach(fd -> spawn.duplicate(fd, fd));
    int pid = spawn.start(command);
    int[] status = new int[1];
    while (LibC.waitpid(pid, status, 0) < 0 && Kernel.wasInterrupted()) {
      continue;
    }
    return Child.exitStatus(status[0]);
  }

  @Override
  public Result run(List<String> command, Duration limit) throws IOException, InterruptedException {
    observeChildren();
    int[][] pipes = new int[STREAMS][];
    try {
      for (int i = 0; i < STREAMS; i++) {
        pipes[i] = Kernel.pipe();
      }
      int pid = spawn(command, pipes);
      for (int[] pipe : pipes) {
        Kernel.close(pipe[1]);
        pipe[1] = -1;
      }
      Progress progress = isForIdleTime ? new Progress(pid, limit) : null;
      return new Child(pid, pipes).await(limit, isInterruptible, progress);
    } finally {
      for (int[] pipe : pipes) {
        closeAll(pipe);
      }
    }
  }

  /**
   * Makes sure that the exit status of children can be read. If the JVM has inherited an ignored
   * SIGCHLD, the status would be lost. The JDK's class changes that when it is initialised.
   */
  private static void observeChildren() throws IOException {
    try {
      Class.forName("java.lang.ProcessImpl");
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
  }

  private static void closeAll(int[] pipe) {
    if (pipe == null) {
      return;
    }
    for (int fd : pipe) {
      if (fd >= 0) {
        Kernel.close(fd);
      }
    }
  }

  private int spawn(List<String> command, int[][] pipes) throws IOException {
    Spawn spawn = new Spawn().withoutInput();
    if (isInterruptible) {
      spawn.withoutOthers();
    }
    for (int i = 0; i < STREAMS; i++) {
      spawn.duplicate(pipes[i][1], i + 1);
    }
    return spawn.start(command);
  }

  private static final class Child {
    private final int pid;
    private final int[][] pipes;
    private final ByteArrayOutputStream[] texts = new ByteArrayOutputStream[STREAMS];
    private final byte[] buffer = new byte[4096];

    Child(int pid, int[][] pipes) {
      this.pid = pid;
      this.pipes = pipes;
      for (int i = 0; i < STREAMS; i++) {
        texts[i] = new ByteArrayOutputStream();
      }
    }

    Result await(Duration limit, boolean isInterruptible, Progress progress)
        throws IOException, InterruptedException {
      long start = System.nanoTime();
      int[] status = new int[1];
      boolean timedOut = false;
      boolean isInterrupted = false;
      int ended;
      while ((ended = LibC.waitpid(pid, status, WNOHANG)) == 0) {
        long spent = System.nanoTime() - start;
        if (isInterruptible && Thread.interrupted()) {
          isInterrupted = true;
          Kernel.killProcess(pid);
        } else if (!timedOut
            && spent > limit.toNanos()
            && (progress == null || progress.isIdle())) {
          timedOut = true;
          Kernel.killProcess(pid);
        }
        drain(pause(spent));
      }
      if (isInterrupted) {
        throw new InterruptedException();
      } else if (ended < 0) {
        throw new IOException("waitpid: how it ended is not known; is SIGCHLD ignored?");
      }
      // A grandchild may have inherited the streams, so their end is not awaited.
      while (drain(0)) {
        continue;
      }
      return new Result(timedOut ? -1 : exitStatus(status[0]), timedOut, text(0), text(1));
    }

    /** Returns the pause, which is a twentieth of the time that the command has taken. */
    private static int pause(long spentNs) {
      return (int) Math.max(LEAST_PAUSE_MS, Math.min(spentNs / 20_000_000, MOST_PAUSE_MS));
    }

    /** Returns the exit status like the JDK: after a signal it is 128 plus the signal's number. */
    private static int exitStatus(int status) {
      int signal = status & 0x7f;
      return signal == 0 ? status >> 8 & 0xff : 0x80 + signal;
    }

    /** Waits for output, but no longer than this, and reads what is available. */
    private boolean drain(int milliseconds) throws IOException {
      short[] polls = new short[STREAMS * 4];
      for (int i = 0; i < STREAMS; i++) {
        polls[i * 4] = (short) pipes[i][0];
        polls[i * 4 + 1] = (short) (pipes[i][0] >> 16); // poll ignores negative numbers
        polls[i * 4 + 2] = POLLIN;
      }
      boolean hasRead = LibC.poll(polls, STREAMS, milliseconds) > 0;
      for (int i = 0; hasRead && i < STREAMS; i++) {
        if (polls[i * 4 + 3] != 0) {
          read(i);
        }
      }
      return hasRead;
    }

    private void read(int stream) throws IOException {
      int count = Kernel.read(pipes[stream][0], buffer);
      if (count == 0) {
        Kernel.close(pipes[stream][0]);
        pipes[stream][0] = -1;
      } else if (texts[stream].size() < OUTPUT_LIMIT) {
        texts[stream].write(buffer, 0, count);
      }
    }

    private String text(int stream) {
      return texts[stream].toString(StandardCharsets.UTF_8);
    }
  }
}
