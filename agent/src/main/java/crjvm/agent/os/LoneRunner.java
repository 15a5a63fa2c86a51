package crjvm.agent.os;

import crjvm.agent.os.ProcessRunner.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Runs a command with nothing but the calling thread. {@code ProcessBuilder} needs others (the
 * JDK's "process reaper", ours that drain the streams), and while the gate is closed there are
 * none.
 */
public final class LoneRunner implements CommandRunner {
  private static final int OUTPUT_LIMIT = 64 * 1024;
  private static final int STREAMS = 2; // standard output, standard error
  private static final int INTERVAL_MS = 5;
  private static final short POLLIN = 1;
  private static final int WNOHANG = 1;

  /**
   * Runs a program that ends at once and leaves another one in the background.
   *
   * @param kept descriptors that both inherit, whether they are closed on exec or not; the standard
   *     streams they do in any case
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
  public Result run(List<String> command, Duration limit) throws IOException {
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
      return new Child(pid, pipes).await(limit);
    } finally {
      for (int[] pipe : pipes) {
        closeAll(pipe);
      }
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

  private static int spawn(List<String> command, int[][] pipes) throws IOException {
    Spawn spawn = new Spawn().withoutInput();
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

    Result await(Duration limit) throws IOException {
      long end = System.nanoTime() + limit.toNanos();
      int[] status = new int[1];
      boolean timedOut = false;
      while (LibC.waitpid(pid, status, WNOHANG) == 0) {
        if (!timedOut && System.nanoTime() - end > 0) {
          timedOut = true;
          Kernel.killProcess(pid);
        }
        drain(INTERVAL_MS);
      }
      // A grandchild may have inherited the streams: their end is not waited for.
      while (drain(0)) {
        continue;
      }
      return new Result(timedOut ? -1 : exitStatus(status[0]), timedOut, text(0), text(1));
    }

    /** As the JDK has it: 128 and the signal's number. */
    private static int exitStatus(int status) {
      int signal = status & 0x7f;
      return signal == 0 ? status >> 8 & 0xff : 0x80 + signal;
    }

    /** Reads what there is, and waits for something at most so long. */
    private boolean drain(int milliseconds) throws IOException {
      short[] polls = new short[STREAMS * 4];
      for (int i = 0; i < STREAMS; i++) {
        polls[i * 4] = (short) pipes[i][0];
        polls[i * 4 + 1] = (short) (pipes[i][0] >> 16); // negative: not looked at
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
