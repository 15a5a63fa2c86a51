package crjvm.agent.checkpoint.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Failure;
import crjvm.agent.os.command.CommandRunner;
import crjvm.agent.os.command.CommandRunner.Result;
import crjvm.agent.os.command.LoneRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelperTest {
  private static final Path PROGRAM = Path.of("/bin/sh");
  private static final String VERSION = "crjvm-helper 1 protocol 1\n";
  private final List<List<String>> commands = new ArrayList<>();

  @Test
  void aGoodHelperIsNotTalkedAbout() {
    assertThatCode(() -> helper(0, VERSION, "").check()).doesNotThrowAnyException();
  }

  @Test
  void aMissingHelperIsExplained() {
    assertFailure(
        () -> new Helper(Path.of("/nowhere"), new LoneRunner()).check(),
        "there is no helper \"/nowhere\"; run setup as root, or give helper=PATH");
  }

  @Test
  void aHelperOfAnotherProtocolIsRefused() {
    assertFailure(
        () -> helper(0, "crjvm-helper 1 protocol 2\n", "").check(),
        "\"/bin/sh\" is not the helper of this version: it says \"crjvm-helper 1 protocol 2\"; "
            + "run setup of this crjvm as root");
  }

  @Test
  void theFirstObstacleIsHandedOn() {
    CommandRunner runner =
        (command, limit) ->
            command.contains("--version")
                ? new Result(0, false, VERSION, "")
                : new Result(1, false, "no capability; run setup\nand more\n", "");

    assertFailure(() -> new Helper(PROGRAM, runner).check(), "no capability; run setup");
  }

  @Test
  void aDumpNamesProcessFolderAndPipe() throws Exception {
    helper(0, "", "").dump(Path.of("/images"), 7, Duration.ofSeconds(30));

    assertThat(commands)
        .containsExactly(
            List.of(
                "/bin/sh",
                "--pid",
                Long.toString(ProcessHandle.current().pid()),
                "--images",
                "/images",
                "--report",
                "7",
                "--time-limit",
                "30"));
  }

  @Test
  void theHelpersOwnLineIsTheCause() {
    assertFailure(
        () ->
            helper(1, "", "crjvm: the folder is not empty; give an empty one\n")
                .dump(Path.of("/images"), 7, Duration.ofSeconds(30)),
        "the folder is not empty; give an empty one");
  }

  @Test
  void aSilentHelperIsTheCauseItself() {
    assertFailure(
        () -> helper(9, "", "").dump(Path.of("/images"), 7, Duration.ofSeconds(30)),
        "the helper ended with status 9; look it up in docs/troubleshooting.md");
  }

  @Test
  void aHelperThatHangsIsNamed() {
    CommandRunner runner = (command, limit) -> new Result(-1, true, "", "");

    assertFailure(
        () -> new Helper(PROGRAM, runner).dump(Path.of("/images"), 7, Duration.ofSeconds(30)),
        "the helper did not answer within 20 s; look it up in docs/troubleshooting.md");
  }

  @Test
  void aHelperThatCannotBeStartedIsExplained() {
    CommandRunner runner =
        (command, limit) -> {
          throw new IOException("posix_spawn: errno was 13");
        };

    assertFailure(
        () -> new Helper(PROGRAM, runner).dump(Path.of("/images"), 7, Duration.ofSeconds(30)),
        "the helper \"/bin/sh\" could not be started (posix_spawn: errno was 13); "
            + "see that the JVM may have more descriptors and processes (ulimit -n, ulimit -u), else run setup as root");
  }

  private Helper helper(int status, String out, String err) {
    return new Helper(
        PROGRAM,
        (command, limit) -> {
          commands.add(command);
          return new Result(status, false, out, err);
        });
  }

  private static void assertFailure(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable action, String message) {
    assertThatThrownBy(action)
        .isInstanceOf(Failure.class)
        .hasMessage("checkpoint failed: " + message);
  }
}
