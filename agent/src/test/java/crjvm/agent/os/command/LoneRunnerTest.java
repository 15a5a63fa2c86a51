package crjvm.agent.os.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.os.command.CommandRunner.Result;
import crjvm.agent.os.jna.Kernel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoneRunnerTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static Result run(String script) throws IOException, InterruptedException {
    return new LoneRunner().run(List.of("/bin/sh", "-c", script, "sh", "a b", ""), LIMIT);
  }

  @Test
  void bothStreamsAndTheStatusAreKept() throws Exception {
    Result result = run("echo \"$# $1\"; echo err >&2; exit 3");

    assertThat(result).isEqualTo(new Result(3, false, "2 a b\n", "err\n"));
  }

  @Test
  void moreThanAPipeHoldsIsDrained() throws Exception {
    Result result = run("head -c 200000 /dev/zero; head -c 200000 /dev/zero >&2");

    assertThat(result.status()).isZero();
    assertThat(result.out()).hasSizeBetween(64 * 1024, 70 * 1024);
  }

  @Test
  void theInputIsEmpty() throws Exception {
    assertThat(run("cat")).isEqualTo(new Result(0, false, "", ""));
  }

  @Test
  void theEnvironmentIsHandedOn() throws Exception {
    assertThat(run("echo $PATH").out()).isEqualTo(System.getenv("PATH") + "\n");
  }

  @Test
  void aSignalEndsWithItsNumber() throws Exception {
    assertThat(run("kill -TERM $$").status()).isEqualTo(128 + 15);
  }

  @Test
  void theTimeLimitKills() throws Exception {
    Result result = new LoneRunner().run(List.of("/bin/sleep", "3600"), Duration.ofMillis(20));

    assertThat(result.timedOut()).isTrue();
    assertThat(result.status()).isEqualTo(-1);
  }

  @Test
  void aBusyCommandHasTheTimeItNeeds() throws Exception {
    String work = "i=0; while [ $i -lt 3000000 ]; do i=$((i+1)); done; exit 3";
    Result busy =
        LoneRunner.untilIdle().run(List.of("/bin/sh", "-c", work), Duration.ofMillis(500));

    assertThat(busy).isEqualTo(new Result(3, false, "", ""));
  }

  @Test
  void anIdleCommandIsEnded() throws Exception {
    Result idle = LoneRunner.untilIdle().run(List.of("/bin/sleep", "3600"), Duration.ofMillis(100));

    assertThat(idle.timedOut()).isTrue();
  }

  @Test
  void aGrandchildWithTheStreamsIsNotWaitedFor() throws Exception {
    Result result = run("sleep 3600 & echo $!");

    assertThat(result.status()).isZero();
    ProcessHandle.of(Long.parseLong(result.out().strip())).orElseThrow().destroy();
  }

  @Test
  void anInterruptKillsOnlyWhereItMay() throws Exception {
    Thread.currentThread().interrupt();
    assertThat(run("exit 3").status()).isEqualTo(3);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();

    List<String> command = List.of("/bin/sleep", "3600");
    assertThatThrownBy(() -> LoneRunner.interruptible().run(command, LIMIT))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  @Test
  void theLastLineIsThatOfTheOutputWhenThereAreNoErrors() throws Exception {
    assertThat(run("echo a; echo b").lastLine()).isEqualTo("b");
    assertThat(run("echo a; echo b >&2").lastLine()).isEqualTo("b");
    assertThat(run("true").lastLine()).isEmpty();
  }

  @Test
  void descriptorsAreInheritedOnlyBehindTheGate() throws Exception {
    int fd = 711;
    Kernel.duplicate(0, fd, 0);
    try {
      assertThat(run("ls /proc/self/fd").out().lines()).contains("711");
      List<String> command = List.of("/bin/ls", "/proc/self/fd");
      assertThat(LoneRunner.interruptible().run(command, LIMIT).out().lines())
          .containsExactly("0", "1", "2", "3"); // the last one is its own
    } finally {
      Kernel.close(fd);
    }
  }

  @Test
  void whatCannotBeStartedIsSaid() {
    assertThatThrownBy(() -> new LoneRunner().run(List.of("/nowhere"), LIMIT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("errno was 2");
  }
}
