package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A JVM that was started for its image alone ({@code failure=exit}) ends with status 1 when there
 * will be none, and says why. No other JVM ends.
 */
@BesideOthers
@Tag("core")
class FailureIT {
  private static final String STOPPED = "test application: stopped";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static RunningProcess failed(TestJvm jvm, String options) throws Exception {
    RunningProcess process = jvm.start(options + ",failure=exit");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(Files.exists(jvm.image())).isFalse();
    return process;
  }

  @ParameterizedTest
  @ValueSource(strings = {"at=api,bogus=1", "at=api,policies=missing", "at=main,helper=missing"})
  void nothingOfTheApplicationRunsIfTheReasonIsThereBefore(String options) throws Exception {
    RunningProcess process = failed(new TestJvm(BENCH, Jdk.any()), options);
    assertThat(process.stderr()).contains("crjvm: ");
    assertThat(process.stdout()).isEmpty();
  }

  @Test
  void theApplicationEndsInOrderAfterABadWarmUp() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process = failed(jvm, "at=port:" + jvm.port() + ",warmup=cmd:exit 3");
    assertThat(process.stderr()).contains("crjvm: warm-up failed: ");
    assertThat(process.stdout()).contains(STOPPED);
  }

  @Test
  void theThreadThatReachesTheWarmPointMayHoldLocks() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    jvm.arguments("--child");
    RunningProcess process = failed(jvm, "at=method:crjvm.it.app.TestApplication#ready");
    assertThat(process.stderr()).contains("crjvm: checkpoint failed: ");
    assertThat(process.stdout()).contains(STOPPED);
  }

  @Test
  void anApplicationThatEndsTooEarlyHasFailed() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    jvm.main("-cp", BENCH.application().toString(), "crjvm.it.app.ToolApplication");
    RunningProcess process = failed(jvm, "at=port:" + jvm.port());
    assertThat(process.stderr()).contains("crjvm: no image was made: ");
    assertThat(process.stdout()).isNotEmpty();
  }

  /** An obstacle that will not go away is told at once, not after the start and the warm-up. */
  @ParameterizedTest
  @ValueSource(strings = {"helper=missing", "secrets=fail"})
  void anObstacleIsToldInTheFirstSecond(String options) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    if (options.startsWith("secrets")) {
      jvm.arguments("--token=ghp_0123456789abcdef0123456789abcdef0123");
    }
    RunningProcess process = jvm.start("at=port:" + FreePort.find() + "," + options);
    process.awaitError("crjvm: checkpoint failed: ");
    Http.awaitAnswer(process, jvm.port(), "/");
    Await.until(
        Duration.ofSeconds(10),
        "the end of the wait",
        () -> !ProcFile.threadNames(process.pid()).contains("crjvm wait"),
        process::describe);
    assertThat(process.stderr()).doesNotContain("still waiting");
    assertThat(process.terminate()).isEqualTo(143);
  }

  @Test
  void aDebuggerIsToldInTheFirstSecond() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    jvm.vm("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0");
    RunningProcess process = failed(jvm, "at=port:" + FreePort.find());
    assertThat(process.stderr())
        .contains("crjvm: checkpoint failed: a debugger may stop the JVM's threads");
  }

  @Test
  void aCopyGoesOnWhateverBecomesOfItsOwnImage() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Checkpoint checkpoint = jvm.checkpoint("at=port:" + jvm.port() + ",failure=exit");
    RunningProcess copy = checkpoint.restore("-Dcrjvm.image=/proc/image");
    Http.awaitAnswer(copy, jvm.port(), "/");
    jvm.askForCheckpoint();
    copy.awaitError("crjvm: checkpoint failed: ");
    assertThat(Http.ask(jvm.port(), "/count")).isNotEmpty();
    assertThat(copy.terminate()).isEqualTo(143);
  }

  /** A wait is not a failure, and lines say what the process waits for. */
  @Test
  void aWaitIsExplained() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    int other = FreePort.find();
    RunningProcess process = jvm.start("at=port:" + other);
    process.awaitError(
        "crjvm: after 10 s still waiting for port "
            + other
            + "; this JVM listens on port "
            + jvm.port());
    assertThat(process.terminate()).isEqualTo(143);
  }

  /**
   * A JVM that is ended while its image is compiled leaves no half image, and keeps the old one.
   */
  @Test
  void aSignalDuringTheCompilationKeepsTheOlderImage() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    jvm.checkpoint("at=port:" + jvm.port() + ",train=off");
    Path manifest = jvm.image().resolve("manifest");
    String old = Files.readString(manifest);
    RunningProcess process =
        jvm.start(
            "at=port:"
                + jvm.port()
                + ",failure=exit,warmup=http://127.0.0.1:"
                + jvm.port()
                + "/*3");
    Path partial = jvm.folder().resolve(".image." + process.pid() + ".partial");
    Await.until(
        RunningProcess.LIMIT,
        "the compilation",
        () -> Files.exists(partial.resolve("image/manifest")),
        process::describe);
    process.terminate();
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(process.messages().get(process.messages().size() - 1))
        .as(process::describe)
        .isEqualTo(
            "crjvm: checkpoint failed: the process was told to end before its image was complete;"
                + " let it run until its image is ready");
    assertThat(process.stderr()).doesNotContain("CRJVM_DEBUG").doesNotContain("image ready");
    assertThat(Files.readString(manifest)).isEqualTo(old);
    assertThat(partial).doesNotExist();
  }
}
