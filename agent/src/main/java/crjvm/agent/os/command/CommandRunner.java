package crjvm.agent.os.command;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A way to run a command to its end. Tests replace it. */
@FunctionalInterface
public interface CommandRunner {
  /**
   * The result of a process.
   *
   * @param status the exit status; -1 if it was killed at the time limit
   * @param out the first 64 KiB of its standard output
   * @param err the first 64 KiB of its standard error
   */
  record Result(int status, boolean timedOut, String out, String err) {
    /** Returns the last line of stderr, or of stdout if stderr is blank. */
    public String lastLine() {
      String text = err.isBlank() ? out : err;
      String[] lines = text.strip().split("\\R", -1);
      return lines[lines.length - 1].strip();
    }
  }

  /**
   * Runs the command.
   *
   * @throws IOException the command could not be started
   */
  Result run(List<String> command, Duration limit) throws IOException, InterruptedException;
}
