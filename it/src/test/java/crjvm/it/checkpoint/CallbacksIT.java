package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The order of callbacks, and the consequences of their exceptions. They are the same as in the
 * JDKs that org.crac was made for, with the oldest and the newest release of org.crac. The
 * application writes down each callback. A service that uses crjvm's own interface takes part.
 */
@BesideOthers
@Tag("core")
class CallbacksIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String REFUSED = "org.crac.CheckpointException[IOException refused]";

  /** The times of the restore: milliseconds since 1970, and milliseconds since the restore. */
  private static final Pattern RESTORED = Pattern.compile("restored (\\d+) (\\d+)");

  static Stream<Arguments> jdksAndReleases() {
    return Jdk.all().stream()
        .flatMap(jdk -> Stream.of("oldest-crac", "crac").map(crac -> Arguments.of(jdk, crac)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("jdksAndReleases")
  void callbacksExceptionsAndTimesAreThoseOfCrac(Jdk jdk, String crac) throws Exception {
    Checkpoint checkpoint = playAll(jdk, crac);
    List<String> lines = checkpoint.process().stdout().lines().toList();

    assertThat(phase(lines, "failures of all kinds")).containsExactlyElementsOf(failures());
    assertThat(phase(lines, "registration in a callback")).containsExactlyElementsOf(lateOne());
    assertThat(phase(lines, "forgotten resource"))
        .containsExactly(
            "before refusal", "before service", "after service 4", "after refusal", REFUSED);
    String recursive = "org.crac.CheckpointException[IllegalStateException recursive checkpoint]";
    assertThat(phase(lines, "checkpoint in a callback"))
        .containsExactly(
            "before refusal",
            "before asking",
            recursive,
            "before service",
            "after service 4",
            "after asking",
            recursive,
            "after refusal",
            REFUSED);
    assertThat(phase(lines, "checkpoints in parallel"))
        .containsOnlyOnce("rounds: 4, at once: 1")
        .containsAll(Collections.nCopies(4, REFUSED))
        .hasSize(4 * 5 + 1);
    assertThat(phase(lines, "restore"))
        .filteredOn(line -> !line.equals("restored -1 -1") && !line.contains("no bean"))
        .containsExactly(
            "agent: true",
            "beans: true",
            "before c",
            "before listener",
            "before b",
            "before a",
            "before service");

    assertRestored(checkpoint, crac.equals("oldest-crac"));
  }

  private static List<String> failures() {
    List<String> before =
        List.of("before service", "before e", "before d", "before c", "before b", "before a");
    List<String> after =
        List.of("after a", "after b", "after c", "after d", "after e", "after service 4");
    String reasons =
        "org.crac.CheckpointException[IOException d1], AssertionError c1, Exception b1,"
            + " IllegalStateException b2, IOException c2,"
            + " org.crac.RestoreException[IOException e2]]";
    return Stream.of(
            before,
            after,
            List.of("org.crac.CheckpointException[" + reasons, "interrupted: false", "before f"),
            before,
            after,
            List.of(
                "after f",
                "org.crac.CheckpointException[InterruptedException f1, " + reasons,
                "interrupted: true"))
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Returns the callbacks with a listener that is added late, and called from the next checkpoint
   * on.
   */
  private static List<String> lateOne() {
    List<String> round =
        List.of(
            "before refusal",
            "before early",
            "before service",
            "after service 4",
            "after early",
            "after refusal");
    return Stream.of(round, List.of(REFUSED, "before late"), round, List.of("after late", REFUSED))
        .flatMap(List::stream)
        .toList();
  }

  private static void assertRestored(Checkpoint checkpoint, boolean isOldest) throws Exception {
    long start = System.currentTimeMillis();
    RunningProcess restored =
        checkpoint.command("--no-fallback", "--verbose", "--", "one", "two").start("restore");
    restored.awaitOutput("done");
    long end = System.currentTimeMillis();
    List<String> lines = restored.stdout().lines().toList();
    assertThat(lines)
        .filteredOn(line -> !RESTORED.matcher(line).matches() && !line.contains("no bean"))
        .containsExactly(
            "after service 2",
            "after a",
            "after b",
            "after listener 2",
            "after c",
            "restored with [one, two]",
            "org.crac.RestoreException[Exception b2, AssertionError c2]",
            "done");
    List<Matcher> times = lines.stream().map(RESTORED::matcher).filter(Matcher::matches).toList();
    assertThat(times).hasSize(isOldest ? 1 : 2);
    for (Matcher time : times) {
      assertThat(Long.parseLong(time.group(1))).isBetween(start, end);
      assertThat(Long.parseLong(time.group(2))).isBetween(0L, end - start);
    }
    assertThat(restored.stderr())
        .containsPattern(
            "crjvm: restore: restored in [0-9.]+ ms: restorer [0-9.]+ ms, steps [0-9.]+ ms,"
                + " gate [0-9.]+ ms, callbacks [0-9.]+ ms\n");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static List<String> phase(List<String> lines, String name) {
    int start = lines.indexOf("== " + name);
    assertThat(start).as(name).isNotNegative();
    return lines.subList(start + 1, lines.size()).stream()
        .takeWhile(line -> !line.startsWith("== "))
        .toList();
  }

  private static Checkpoint playAll(Jdk jdk, String crac) throws Exception {
    String classPath = BENCH.application() + ":" + BENCH.library(crac);
    TestJvm jvm =
        new TestJvm(BENCH, jdk.require())
            .main("-cp", classPath, "crjvm.it.app.CallbackApplication")
            .arguments("--services", services("crjvm.it.app.Services$Service").toString());
    RunningProcess process = jvm.start("at=api,quiet=off");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    return new Checkpoint(BENCH, jvm, process);
  }

  private static Path services(String listener) throws IOException {
    Path folder = BENCH.newFolder("services");
    Path file = folder.resolve("META-INF/services/crjvm.CheckpointListener");
    Files.createDirectories(file.getParent());
    Files.writeString(file, listener + "\n");
    return folder;
  }

  @Test
  void serviceThatIsNotThereIsAnErrorAndNoImage() throws Exception {
    String classPath =
        String.join(
            ":",
            BENCH.application().toString(),
            BENCH.library("crac").toString(),
            services("crjvm.it.app.Nothing").toString());
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process =
        jvm.main("-cp", classPath, "crjvm.it.app.CracApplication").start("at=api,quiet=off");
    process.awaitOutput("failed: org.crac.CheckpointException");
    assertThat(process.stderr())
        .contains(
            "crjvm: checkpoint failed: a checkpoint listener of the application can't be loaded")
        .contains("crjvm.it.app.Nothing", "; see META-INF/services/crjvm.CheckpointListener");
    assertThat(process.stdout()).doesNotContain("before");
    assertThat(jvm.folder()).isEmptyDirectory();
  }

  @Test
  void aPortThatACallbackClosesIsTold() throws Exception {
    String classPath = BENCH.application() + ":" + BENCH.library("crac");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Checkpoint checkpoint =
        jvm.main("-cp", classPath, "crjvm.it.app.CracApplication").checkpoint("at=api,quiet=off");
    String port =
        checkpoint
            .process()
            .stdout()
            .lines()
            .filter(line -> line.startsWith("closing "))
            .map(line -> line.substring("closing ".length()))
            .findFirst()
            .orElseThrow();
    assertThat(checkpoint.process().messages())
        .filteredOn(line -> line.contains("was closed for the checkpoint; "))
        .singleElement()
        .asString()
        .startsWith("crjvm: port " + port + " was closed");
    RunningProcess copy = checkpoint.restore();
    copy.awaitOutput("returned");
    assertThat(copy.terminate()).isEqualTo(143);
  }

  @Test
  void withRefusedOptionsNobodyImplementsOrgCrac() throws Exception {
    String classPath = BENCH.application() + ":" + BENCH.library("crac");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process =
        jvm.main("-cp", classPath, "crjvm.it.app.CracApplication").start("at=nonsense");
    process.awaitOutput("failed: java.lang.UnsupportedOperationException");
  }

  @OnEachJdk
  void flightRecorderIsToldOfCheckpointAndRestore(Jdk jdk) throws Exception {
    TestJvm jvm =
        new TestJvm(BENCH, jdk.require())
            .main("-cp", BENCH.application().toString(), "crjvm.it.app.RecordingApplication")
            .vm("-XX:StartFlightRecording=name=all");
    RunningProcess original = jvm.start("at=api,quiet=off,then=continue");
    original.awaitOutput("recorded");
    RecordedEvent checkpoint = event(jvm, original, "crjvm.Checkpoint");
    assertThat(checkpoint.getString("image")).isEqualTo(jvm.image().toString());
    assertThat(checkpoint.getLong("size")).isPositive();
    assertPhases(checkpoint, List.of("callbacks", "dump", "compilation"));
    assertThat(checkpoint.getDuration("dump")).isPositive();

    RunningProcess restored =
        new Checkpoint(BENCH, jvm, original).command("--no-fallback").start("restore");
    restored.awaitOutput("recorded");
    RecordedEvent restore = event(jvm, restored, "crjvm.Restore");
    assertThat(Files.readString(jvm.image().resolve("manifest")))
        .contains(restore.getString("imageId"));
    assertPhases(restore, List.of("restorer", "steps", "gate", "callbacks"));
    assertThat(restore.getDuration("restorer")).isPositive();
  }

  /**
   * Returns an event that is in the application's own recording and in the one that has run since
   * the JVM's start.
   */
  private static RecordedEvent event(TestJvm jvm, RunningProcess process, String name)
      throws Exception {
    Path whole = jvm.folder().resolve("all-" + process.pid() + ".jfr");
    RunningProcess dump =
        new Command(BENCH, jvm.folder())
            .add(jvm.jdk().tool("jcmd"), process.pid(), "JFR.dump", "name=all")
            .add("filename=" + whole)
            .run("dump");
    assertThat(dump.awaitExit()).as(dump::describe).isZero();
    List<RecordedEvent> events = events(whole);
    assertThat(events).as(process::describe).hasSize(1);
    assertThat(events.get(0).getEventType().getName()).isEqualTo(name);
    assertThat(events(jvm.folder().resolve(process.pid() + ".jfr"))).hasSize(1);
    return events.get(0);
  }

  private static List<RecordedEvent> events(Path recording) throws IOException {
    return RecordingFile.readAllEvents(recording).stream()
        .filter(event -> event.getEventType().getName().startsWith("crjvm."))
        .toList();
  }

  private static void assertPhases(RecordedEvent event, List<String> names) {
    Duration sum = names.stream().map(event::getDuration).reduce(Duration.ZERO, Duration::plus);
    assertThat(event.getDuration("total")).isEqualTo(sum);
  }
}
