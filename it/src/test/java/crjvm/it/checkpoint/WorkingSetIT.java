package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code crjvm optimize --train}: later copies get the pages of the first requests in advance. */
@BesideOthers
@Tag("variant")
class WorkingSetIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** The KiB that a request of the warm-up writes. The copies also differ in some other pages. */
  private static final long TABLE = 8192;

  private static Checkpoint makeImage(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    String url = jvm.url();
    return jvm.checkpoint(options(url) + ",train=off");
  }

  private static String options(String url) {
    return "at=http:" + url + ",warmup=" + url + "count*20;" + url + "touch*2";
  }

  @OnEachJdk
  @Tag("core")
  void aCopyHasItsWorkingSetBeforeTheFirstRequest(Jdk jdk) throws Exception {
    Checkpoint checkpoint = makeImage(jdk);
    RunningProcess without = restoreWithoutAsking(checkpoint);
    long before = ownMemory(without);
    assertThat(without.terminate()).isEqualTo(143);

    RunningProcess optimize = optimize(checkpoint, "--train").run("optimize");
    assertThat(optimize.awaitExit()).as(optimize::describe).isZero();
    assertThat(optimize.stdout()).contains("is recorded: its requests (2) write ");
    assertWhole(checkpoint);

    RunningProcess with = restoreWithoutAsking(checkpoint);
    assertThat(ownMemory(with)).isGreaterThan(before + TABLE / 2);
    assertThat(checkpoint.ask("/count")).isEqualTo("21"); // The warm-up made 20 requests.
    assertThat(with.terminate()).isEqualTo(143);

    RunningProcess alone = restoreWithoutAsking(checkpoint, "taskset", "--cpu-list", "0");
    assertThat(ownMemory(alone)).as("one processor").isGreaterThan(before + TABLE / 2);
    assertThat(alone.terminate()).isEqualTo(143);
  }

  /** Shows that one call makes each mapping that the kernel shows as one. */
  @OnEachJdk
  void neighboursAreOneMapping(Jdk jdk) throws Exception {
    Checkpoint checkpoint = makeImage(jdk);
    RunningProcess copy = checkpoint.restore();
    long shown = Files.readAllLines(ProcFile.of(copy.pid(), "maps")).size();
    Matcher calls = Pattern.compile("(\\d+) mappings, ").matcher(inspect(checkpoint));
    assertThat(calls.find()).isTrue();
    assertThat(Long.parseLong(calls.group(1))).isPositive().isLessThanOrEqualTo(shown);
    assertThat(copy.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  void anImageHasItsWorkingSetFromTheBeginning(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    Checkpoint checkpoint = jvm.checkpoint(options(jvm.url()));
    assertThat(checkpoint.process().stderr()).doesNotContain("no working set");
    assertWhole(checkpoint);
    assertThat(inspect(checkpoint)).containsPattern("working set: the first requests write [1-9]");
    RunningProcess copy = checkpoint.restore();
    // The trial restore has counted only for itself.
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(copy.terminate()).isEqualTo(143);
  }

  @Test
  void anImageWithoutAWorkingSetIsAnImageNevertheless() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    String url = jvm.url();
    Checkpoint checkpoint = jvm.checkpoint("at=http:" + url + ",warmup=" + url + "not-in-a-trial");
    assertThat(checkpoint.process().messages())
        .anyMatch(
            line ->
                line.startsWith("crjvm: the image has no working set: the trial restore answered ")
                    && line.contains("not-in-a-trial\" with status 500"));
    RunningProcess copy = checkpoint.restore();
    assertThat(copy.terminate()).isEqualTo(143);
  }

  @Test
  @Tag("core")
  void aRecordingThatFailsChangesNothing() throws Exception {
    Checkpoint checkpoint = makeImage(Jdk.any());
    byte[] plan = Files.readAllBytes(checkpoint.image().resolve("plan"));
    String url = checkpoint.jvm().url();
    assertFails(checkpoint, "answered \"" + url + "nothing\" with status 404", url + "nothing");
    assertFails(checkpoint, "is not an address of the image", "http://localhost:1/");
    assertFails(checkpoint, "\"ftp://localhost/\" is not an address", "ftp://localhost/");
    Set<PosixFilePermission> before = Files.getPosixFilePermissions(checkpoint.image());
    Files.setPosixFilePermissions(checkpoint.image(), PosixFilePermissions.fromString("r-xr-xr-x"));
    assertFails(checkpoint, "can't be written; optimize it as its owner", url);
    Files.setPosixFilePermissions(checkpoint.image(), before);
    assertThat(Files.readAllBytes(checkpoint.image().resolve("plan"))).isEqualTo(plan);
    assertWhole(checkpoint);
  }

  @Test
  void aCopyOfBeforeGoesOn() throws Exception {
    Checkpoint checkpoint = makeImage(Jdk.any());
    RunningProcess copy = checkpoint.restore();
    RunningProcess optimize = optimize(checkpoint, "--train").run("optimize");
    assertThat(optimize.awaitExit()).as(optimize::describe).isZero();
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(copy.terminate()).isEqualTo(143);
  }

  private static void assertFails(Checkpoint checkpoint, String cause, String url)
      throws Exception {
    RunningProcess optimize =
        optimize(checkpoint, "--train", "--request", url).run("optimize-fails");
    assertThat(optimize.awaitExit()).as(optimize::describe).isEqualTo(1);
    assertThat(optimize.messages()).as(optimize::describe).hasSize(1);
    assertThat(optimize.stderr()).contains(cause);
  }

  private static void assertWhole(Checkpoint checkpoint) throws Exception {
    RunningProcess verify =
        new Command(BENCH, checkpoint.jvm().folder())
            .add(BENCH.launcher(), "verify", checkpoint.image())
            .run("verify");
    assertThat(verify.awaitExit()).as(verify::describe).isZero();
  }

  private static String inspect(Checkpoint checkpoint) throws Exception {
    RunningProcess inspect =
        new Command(BENCH, checkpoint.jvm().folder())
            .add(BENCH.launcher(), "inspect", checkpoint.image())
            .run("inspect");
    assertThat(inspect.awaitExit()).as(inspect::describe).isZero();
    return inspect.stdout();
  }

  private static Command optimize(Checkpoint checkpoint, Object... options) {
    return new Command(BENCH, checkpoint.jvm().folder())
        .add(BENCH.launcher(), "optimize")
        .add(options)
        .add(checkpoint.image());
  }

  private static RunningProcess restoreWithoutAsking(Checkpoint checkpoint, Object... prefix)
      throws IOException {
    RunningProcess copy =
        new Command(BENCH, checkpoint.jvm().folder())
            .add(prefix)
            .add(checkpoint.command("--no-fallback", "--verbose").words().toArray())
            .start("restore");
    copy.awaitError("crjvm: restore: restored in ");
    return copy;
  }

  /** Returns the KiB of memory that the process has written. */
  private static long ownMemory(RunningProcess process) throws IOException {
    String text = Files.readString(ProcFile.of(process.pid(), "smaps_rollup"));
    Matcher matcher = Pattern.compile("Private_Dirty:\\s+(\\d+) kB").matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return Long.parseLong(matcher.group(1));
  }
}
