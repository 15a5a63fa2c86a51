package crjvm.agent.warmup;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Failure;
import crjvm.agent.options.WarmUp;
import crjvm.agent.os.command.CommandRunner.Result;
import crjvm.agent.os.command.LoneRunner;
import org.junit.jupiter.api.Test;

class WarmUpRunnerTest {
  @Test
  void aCommandThatSucceedsIsEnough() {
    assertThatCode(() -> run("exit 0")).doesNotThrowAnyException();
  }

  @Test
  void aCommandThatFailsIsAFailure() {
    assertThatThrownBy(() -> run("echo no luck >&2; exit 3"))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "warm-up failed: the command \"echo no luck >&2; exit 3\" ended with status 3 "
                + "(\"no luck\"); run it by hand to see why");
  }

  @Test
  void aCommandThatHangsIsAFailure() {
    WarmUpRunner runner = new WarmUpRunner((command, limit) -> new Result(-1, true, "", ""));

    assertThatThrownBy(() -> runner.run(new WarmUp.Command("x")))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("was not done after 10 minutes");
  }

  private static void run(String line) throws Exception {
    new WarmUpRunner(new LoneRunner()).run(new WarmUp.Command(line));
  }
}
