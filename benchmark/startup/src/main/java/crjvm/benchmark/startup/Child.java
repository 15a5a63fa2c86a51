package crjvm.benchmark.startup;

import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A process that this one has started, or has inherited from a process that it had started. */
final class Child {
  private final int pid;
  private final long startedAt;
  private final Path log;
  private boolean ended;
  private int status;

  /**
   * Describes a process.
   *
   * @param startedAt {@code System.nanoTime} immediately before the process was created
   * @param log the file with its output to 1 and 2
   */
  Child(int pid, long startedAt, Path log) {
    this.pid = pid;
    this.startedAt = startedAt;
    this.log = log;
  }

  int pid() {
    return pid;
  }

  long startedAt() {
    return startedAt;
  }

  /**
   * Waits in the kernel, so that the end is noticed at once.
   *
   * @return the exit status, or 128+n
   */
  int await() throws Failure {
    if (!ended) {
      reap(0);
    }
    return status;
  }

  boolean isAlive() throws Failure {
    return !ended && !reap(Libc.WNOHANG);
  }

  private boolean reap(int options) throws Failure {
    IntByReference word = new IntByReference();
    int got = Libc.C.waitpid(pid, word, options);
    if (got < 0) {
      throw new Failure("process " + pid + " is not a child of this one");
    }
    if (got == pid) {
      ended = true;
      int value = word.getValue();
      status = (value & 0x7f) == 0 ? value >> 8 & 0xff : 128 + (value & 0x7f);
    }
    return ended;
  }

  void awaitSuccess(String what, Duration limit) throws Failure {
    long deadline = System.nanoTime() + limit.toNanos();
    while (isAlive()) {
      if (System.nanoTime() > deadline) {
        kill();
        throw new Failure(what + " took more than " + limit.toSeconds() + " s" + tail());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
    if (status != 0) {
      throw new Failure(what + " ended with status " + status + tail());
    }
  }

  void signal(int signal) {
    if (!ended) {
      Libc.C.kill(pid, signal);
    }
  }

  /**
   * Ends the process at once, without shutdown hooks, so that nothing runs during the next
   * measurement.
   */
  void kill() throws Failure {
    signal(Libc.SIGKILL);
    await();
  }

  String output() throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** Returns the end of the process's output, for messages. */
  String tail() {
    try {
      String[] lines = output().strip().split("\n");
      int from = Math.max(0, lines.length - 8);
      try (Stream<String> last = Stream.of(lines).skip(from)) {
        return "; its output: " + String.join(" / ", last.toList());
      }
    } catch (IOException e) {
      return "; its output can't be read: " + e.getMessage();
    }
  }
}
