package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code --await-connection} restores all but the last step, and sleeps until somebody connects.
 */
@Tag("variant")
class AwaitConnectionIT {
  private static final int UNUSABLE = 124;
  private static final int TERMINATED = 143;
  private static final String PARKED = "crjvm: parked after ";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static RunningProcess park(Checkpoint checkpoint, Object... options) throws IOException {
    RunningProcess parked =
        checkpoint
            .command("--no-fallback", "--verbose", "--await-connection")
            .add(options)
            .start("parked");
    parked.awaitError(PARKED);
    return parked;
  }

  @OnEachJdk
  void theFirstConnectionWakesIt(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    int port = FreePort.find();
    Path ports = BENCH.newFolder("ports").resolve("file");
    RunningProcess parked =
        park(checkpoint, "--listen", checkpoint.port() + "=" + port, "--port-file", ports);
    assertThat(Files.readString(ports)).contains(checkpoint.port() + "=" + port + "\n");
    assertThat(ProcFile.threadNames(parked.pid())).hasSize(1);
    List<String> before = processorTime(parked);
    Await.assertLasts(
        Duration.ofSeconds(10),
        "no processor time",
        () -> processorTime(parked).equals(before),
        parked::describe);

    assertThat(Http.ask(port, "/pid").lines()).containsOnly(Long.toString(parked.pid()));
    assertThat(parked.terminate()).as(parked::describe).isEqualTo(TERMINATED);
    assertThat(parked.stdout()).isEqualTo("test application: stopped\n");
  }

  private static List<String> processorTime(RunningProcess process) throws IOException {
    return List.of(ProcFile.stat(process.pid())).subList(11, 15);
  }

  /**
   * Until somebody connects, it ends by signals as any program does, and jstack does not end it.
   */
  @Test
  void signalsBeforeTheFirstConnection() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess parked = park(checkpoint);
    parked.signal("QUIT");
    assertThat(checkpoint.ask("/")).isEqualTo("ok");
    parked.signal("QUIT");
    parked.awaitOutput("Full thread dump");
    assertThat(parked.terminate()).isEqualTo(TERMINATED);

    RunningProcess ended = park(checkpoint);
    assertThat(ended.terminate()).isEqualTo(TERMINATED);
    assertThat(ended.stdout()).isEmpty();
  }

  @Test
  void timeSpentParkedDoesNotCount() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess early = checkpoint.restore();
    long earlyClock = Long.parseLong(checkpoint.ask("/nano"));
    assertThat(early.terminate()).isEqualTo(TERMINATED);
    RunningProcess parked = park(checkpoint);
    long parkedAt = System.nanoTime();
    Await.until(
        RunningProcess.LIMIT,
        "the time to pass",
        () -> System.nanoTime() - parkedAt > TimeUnit.SECONDS.toNanos(20));
    long lateClock = Long.parseLong(checkpoint.ask("/nano"));
    assertThat(lateClock - earlyClock).isLessThan(TimeUnit.SECONDS.toNanos(15));
    assertThat(parked.terminate()).isEqualTo(TERMINATED);
  }

  @Test
  void aNewImageTakesItsPlaceAtOnce() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    RunningProcess parked = park(checkpoint);
    Path old = checkpoint.image().resolveSibling("old");
    Files.move(checkpoint.image(), old);
    Checkpoint other = new TestJvm(BENCH, Jdk.any()).checkpoint();
    Files.move(other.image(), checkpoint.image());
    Await.until(
        RunningProcess.LIMIT,
        "the new image",
        () -> parked.stderr().split(PARKED, -1).length == 3,
        parked::describe);
    assertThat(other.askLines("/pid")).containsOnly(Long.toString(parked.pid()));
    assertThat(parked.terminate()).isEqualTo(TERMINATED);
  }

  /** A release is often switched by a link on the way to the image. */
  @Test
  void aLinkToAnotherImageIsFollowedAtOnce() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    Release release = Release.of(checkpoint.image());
    RunningProcess parked = park(checkpoint, "--image", release.image());
    release.change();
    Await.until(
        RunningProcess.LIMIT,
        "the new image",
        () -> parked.stderr().split(PARKED, -1).length == 3,
        parked::describe);
    assertThat(checkpoint.askLines("/pid")).containsOnly(Long.toString(parked.pid()));
    assertThat(parked.terminate()).isEqualTo(TERMINATED);
  }

  /** The restorer finds changes before the application goes on, and starts it normally then. */
  @Test
  void aChangedFileMeansANormalStart() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    RunningProcess parked = checkpoint.command("--verbose", "--await-connection").start("parked");
    parked.awaitError(PARKED);
    Path memory = checkpoint.image().resolve("memory");
    Files.move(memory, memory.resolveSibling("elsewhere"));
    Http.awaitAnswer(parked, checkpoint.port(), "/");
    assertThat(parked.stderr()).contains("starting the application normally");
    assertThat(parked.terminate()).isEqualTo(TERMINATED);
  }

  @Test
  void anImageThatDoesNotListenIsRefused() throws Exception {
    TestJvm jvm =
        new TestJvm(BENCH, Jdk.any())
            .withoutArguments()
            .main("-cp", BENCH.application().toString(), "crjvm.it.app.JobApplication");
    Checkpoint checkpoint = jvm.checkpoint("at=launch");
    RunningProcess refused =
        checkpoint.command("--no-fallback", "--await-connection").run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
    assertThat(refused.messages()).hasSize(1);
    assertThat(refused.stderr()).contains("the image does not listen on a port");
  }
}
