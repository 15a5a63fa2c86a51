package crjvm.agent.os;

import crjvm.agent.os.ProcessRunner.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs a command to its end; tests put their own in its place. */
@FunctionalInterface
public interface CommandRunner {
  /**
   * @throws IOException the command could not be started
   */
  Result run(List<String> command, Duration limit) throws IOException, InterruptedException;
}
