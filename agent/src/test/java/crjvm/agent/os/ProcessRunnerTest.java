package crjvm.agent.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ProcessRunnerTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void outputErrorsAndStatusAreReturned() throws Exception {
    ProcessRunner.Result result = run("echo out; echo one >&2; echo two >&2; exit 3", LONG);

    assertThat(result.status()).isEqualTo(3);
    assertThat(result.timedOut()).isFalse();
    assertThat(result.out()).isEqualTo("out\n");
    assertThat(result.lastLine()).isEqualTo("two");
  }

  @Test
  void theLastLineIsThatOfTheOutputWhenThereAreNoErrors() throws Exception {
    assertThat(run("echo a; echo b", LONG).lastLine()).isEqualTo("b");
    assertThat(run("true", LONG).lastLine()).isEmpty();
  }

  @Test
  void moreOutputThanAPipeHoldsDoesNotBlock() throws Exception {
    ProcessRunner.Result result =
        run("head -c 1000000 /dev/zero; head -c 1000000 /dev/zero >&2", LONG);

    assertThat(result.status()).isZero();
    assertThat(result.out()).hasSizeLessThan(100_000);
  }

  @Test
  void aProcessThatReadsItsInputFindsTheEnd() throws Exception {
    assertThat(run("cat", LONG).status()).isZero();
  }

  @Test
  void aGrandchildThatKeepsTheStreamsIsNotWaitedFor() throws Exception {
    long start = System.nanoTime();

    assertThat(run("sleep 15 & echo started", LONG).out()).isEqualTo("started\n");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
  }

  @Test
  void aProcessIsKilledAtTheTimeLimit() throws Exception {
    FakeProcess process = FakeProcess.hanging();

    ProcessRunner.Result result =
        new ProcessRunner(builder -> process).run(new ProcessBuilder("x"), Duration.ofMillis(1));

    assertThat(result.timedOut()).isTrue();
    assertThat(result.status()).isEqualTo(-1);
    assertThat(process.isKilled()).isTrue();
  }

  @Test
  void aProcessThatCannotBeStartedIsAnException() {
    assertThatThrownBy(
            () ->
                new ProcessRunner(ProcessBuilder::start).run(new ProcessBuilder("/nowhere"), LONG))
        .isInstanceOf(IOException.class);
  }

  private static ProcessRunner.Result run(String line, Duration limit) throws Exception {
    return new ProcessRunner(ProcessBuilder::start)
        .run(new ProcessBuilder("/bin/sh", "-c", line), limit);
  }
}
