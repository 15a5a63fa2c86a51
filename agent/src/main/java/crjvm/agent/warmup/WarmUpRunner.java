package crjvm.agent.warmup;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.WarmUp;
import crjvm.agent.os.command.CommandRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs of the application's warm-up, by requests or by a command. */
public final class WarmUpRunner {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** The time in which an application that still deploys is never quiet. */
  private static final Duration BUSY = Duration.ofSeconds(1);

  private final CommandRunner runner;

  public WarmUpRunner(CommandRunner runner) {
    this.runner = runner;
  }

  /**
   * Checks before the warm point what can be checked then.
   *
   * @throws Failure the warm-up can't succeed
   */
  public static void check(WarmUp warmUp) throws Failure {
    if (warmUp instanceof WarmUp.RequestFile file) {
      RequestFile.read(file.path(), System.getenv());
    }
  }

  public void run(WarmUp warmUp) throws Failure, InterruptedException {
    if (warmUp instanceof WarmUp.Requests requests) {
      send(
          requests.each().stream()
              .map(
                  each ->
                      new WarmUpRequest.Repeated(new WarmUpRequest.OfUrl(each.url()), each.count()))
              .toList());
    } else if (warmUp instanceof WarmUp.RequestFile file) {
      send(RequestFile.repeated(file.path(), file.count(), System.getenv()));
    } else if (warmUp instanceof WarmUp.Command command) {
      run(command.line());
    }
  }

  private static void send(List<WarmUpRequest.Repeated> requests)
      throws Failure, InterruptedException {
    QuietPeriod quiet = QuietPeriod.ofThisJvm();
    new RequestWarmUp(requests, LIMIT, () -> !quiet.await(BUSY)).run();
  }

  private void run(String line) throws Failure, InterruptedException {
    Console.say("warm-up: running \"" + line + "\"");
    CommandRunner.Result result;
    try {
      result = runner.run(List.of("/bin/sh", "-c", line), LIMIT);
    } catch (IOException e) {
      throw new Failure(
          RequestWarmUp.FAILED,
          "the shell could not be started (" + e.getMessage() + ")",
          "see /bin/sh",
          e);
    }
    if (result.timedOut()) {
      throw new Failure(
          RequestWarmUp.FAILED,
          "the command \"" + line + "\" was not done after " + LIMIT.toMinutes() + " minutes",
          "make it shorter");
    } else if (result.status() != 0) {
      String said = result.lastLine();
      throw new Failure(
          RequestWarmUp.FAILED,
          "the command \""
              + line
              + "\" ended with status "
              + result.status()
              + (said.isEmpty() ? "" : " (\"" + said + "\")"),
          "run it by hand to see why");
    }
  }
}
