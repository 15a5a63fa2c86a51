package crjvm.agent.os;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs a command to its end; tests put their own in its place. */
@FunctionalInterface
public interface CommandRunner {
  /**
   * What is left of a process.
   *
   * @param status the exit status; -1 when it was killed at the time limit
   * @param out the first 64 KiB of its standard output
   * @param err the first 64 KiB of its standard error
   */
  record Result(int status, boolean timedOut, String out, String err) {
    /** The last line that it said, on stderr if there is one. */
    public String lastLine() {
      String text = err.isBlank() ? out : err;
      String[] lines = text.strip().split("\\R", -1);
      return lines[lines.length - 1].strip();
    }
  }

  /**
   * @throws IOException the command could not be started
   */
  Result run(List<String> command, Duration limit) throws IOException, InterruptedException;
}
