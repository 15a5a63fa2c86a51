package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A restored process, a process that fell back and a process that was never started can be told
 * apart.
 */
@BesideOthers
@Tag("core")
class MonitoringIT {
  private static final String BEAN = "bean=crjvm:type=Start";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk -> {
            TestJvm jvm = new TestJvm(BENCH, jdk);
            return jvm.checkpoint("at=http:" + jvm.url());
          });

  private static String property(Checkpoint checkpoint, String name) throws IOException {
    return checkpoint.ask("/property?name=" + name);
  }

  private static String attribute(Checkpoint checkpoint, String name) throws IOException {
    return checkpoint.ask("/bean?" + BEAN + "&name=" + name);
  }

  private static String id(Checkpoint checkpoint) throws IOException {
    return Files.readAllLines(checkpoint.image().resolve("manifest")).stream()
        .filter(line -> line.startsWith("image-id="))
        .findFirst()
        .orElseThrow()
        .substring("image-id=".length());
  }

  /** Returns the only line of JSON on standard error. */
  private static Map<?, ?> said(RunningProcess process) {
    List<String> lines = process.stderr().lines().filter(line -> line.startsWith("{")).toList();
    assertThat(lines).as(process::describe).hasSize(1);
    return (Map<?, ?>) Json.parse(lines.get(0));
  }

  @OnEachJdk
  void restoredProcessSaysSo(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    long before = System.currentTimeMillis();
    RunningProcess restored = checkpoint.restore("--report", "json");
    final long after = System.currentTimeMillis();
    assertThat(property(checkpoint, "crjvm.start")).isEqualTo("restored");
    assertThat(property(checkpoint, "crjvm.image.id")).isEqualTo(id(checkpoint));
    long age = Long.parseLong(property(checkpoint, "crjvm.image.age"));
    assertThat(age).isBetween(0L, 3600L);
    String time = property(checkpoint, "crjvm.restore.time");
    assertThat(Long.parseLong(time)).isBetween(before, after);

    assertThat(attribute(checkpoint, "Start")).isEqualTo("restored");
    assertThat(attribute(checkpoint, "ImageId")).isEqualTo(id(checkpoint));
    assertThat(attribute(checkpoint, "ImageAge")).isEqualTo(Long.toString(age));
    assertThat(attribute(checkpoint, "RestoreTime")).isEqualTo(time);
    String duration = attribute(checkpoint, "RestoreDuration");
    assertThat(Double.parseDouble(duration)).isBetween(0.1, (double) (after - before));

    Map<?, ?> report = said(restored);
    assertThat(report.get("start")).isEqualTo("restored");
    assertThat(report.get("image")).isEqualTo(checkpoint.image().toString());
    assertThat(report.get("imageId")).isEqualTo(id(checkpoint));
    assertThat(report.get("imageAgeSeconds")).isEqualTo((double) age);
    assertThat(report.get("restoreTime")).isEqualTo(Double.parseDouble(time));
    assertThat(report.get("restoreMillis")).isEqualTo(Double.parseDouble(duration));
    assertThat(report.get("pid")).isEqualTo((double) restored.pid());
    assertThat(restored.terminate()).isEqualTo(143);
  }

  /** Uses a fallback that the restorer decides on. */
  @Test
  void fallbackSaysWhy() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Command command = checkpoint.command("--match-environment", "MATCHED*", "--report", "json");
    RunningProcess normal = checkpoint.await(command.with("MATCHED", "\"x\\").start("normal"));
    String why = property(checkpoint, "crjvm.fallback.reason");
    assertThat(property(checkpoint, "crjvm.start")).isEqualTo("fallback");
    assertThat(why).contains("MATCHED");
    assertThat(normal.stderr()).contains(": " + why);
    Map<?, ?> report = said(normal);
    assertThat(report.get("start")).isEqualTo("fallback");
    assertThat(report.get("reason")).isEqualTo(why);
    assertThat(report.get("imageId")).isEqualTo(id(checkpoint));
    assertThat(report.get("pid")).isEqualTo((double) normal.pid());
    assertThat(normal.terminate()).isEqualTo(143);
  }

  /** Uses a fallback that the launcher decides on. */
  @Test
  void fallbackOfTheLauncherSaysWhy() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path file = BENCH.newFolder("report").resolve("report.json");
    Command command = checkpoint.command("--no-restore", "--report", "json:" + file);
    RunningProcess normal = checkpoint.await(command.start("normal"));
    assertThat(property(checkpoint, "crjvm.fallback.reason")).isEqualTo("--no-restore was given");
    assertThat(checkpoint.ask("/env?name=OTEL_RESOURCE_ATTRIBUTES"))
        .as("there is no OpenTelemetry")
        .isEqualTo("null");
    assertThat(((Map<?, ?>) Json.parse(Files.readString(file))).get("reason"))
        .isEqualTo("--no-restore was given");
    assertThat(normal.terminate()).isEqualTo(143);
  }

  @Test
  void commandOfTheUsersFindsTheReason() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess process =
        checkpoint
            .command("--fallback", "echo because \"$CRJVM_FALLBACK_REASON\"; :")
            .add("--match-environment", "MATCHED*")
            .with("MATCHED", "x")
            .run("fallback");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stdout()).startsWith("because ").contains("MATCHED");
  }

  /** Checks the report when no process starts, because nobody else could tell then. */
  @Test
  void noStartSaysWhy() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess refused =
        checkpoint
            .command("--no-fallback", "--report", "json", "--match-environment", "MATCHED*")
            .with("MATCHED", "x")
            .run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(124);
    assertThat(said(refused).get("start")).isEqualTo("none");
    assertThat(said(refused).get("reason").toString()).contains("MATCHED");
    RunningProcess missing =
        new Command(BENCH, BENCH.newFolder("missing"))
            .add(BENCH.launcher(), "run", "--no-fallback", "--image", "none", "--report", "json")
            .run("missing");
    assertThat(missing.awaitExit()).as(missing::describe).isEqualTo(124);
    assertThat(said(missing).get("start")).isEqualTo("none");
    assertThat(said(missing).get("reason").toString()).contains("there is no such image");
  }

  /** Puts a named pipe, and a file of another user, where the report is to be. */
  @Test
  void reportIsNotWrittenToWhatOthersHavePutThere() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path shared = BENCH.newFolder("shared");
    assertThat(new ProcessBuilder("chmod", "1777", shared.toString()).start().waitFor()).isZero();
    Path pipe = shared.resolve("pipe");
    Path theirs = shared.resolve("theirs");
    RunningProcess other =
        new Command(BENCH, Path.of("/"))
            .as(User.OTHER)
            .add("sh", "-c", "umask 0; mkfifo " + pipe + "; : >" + theirs)
            .run("other");
    assertThat(other.awaitExit()).as(other::describe).isZero();
    for (Path file : List.of(pipe, theirs)) {
      String line = "crjvm: cannot write the report \"" + file + "\"";
      Command command = checkpoint.command("--no-fallback", "--report", "json:" + file);
      RunningProcess restored = checkpoint.await(command.start("restored"));
      restored.awaitError(line);
      assertThat(restored.terminate()).isEqualTo(143);
      RunningProcess refused = command.add("--listen", "1=2").run("refused");
      assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(124);
      assertThat(refused.stderr()).contains(line);
      RunningProcess missing =
          new Command(BENCH, BENCH.newFolder("missing"))
              .add(BENCH.launcher(), "run", "--image", "none", "--fallback", "echo normal")
              .add("--report", "json:" + file)
              .run("missing");
      assertThat(missing.awaitExit()).as(missing::describe).isZero();
      assertThat(missing.stdout()).isEqualTo("normal\n");
      assertThat(missing.stderr()).contains(line);
    }
    assertThat(theirs).isEmptyFile();
  }

  @Test
  void reportThatCannotBeWrittenIsOneLine() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess restored = checkpoint.restore("--report", "json:/proc/none/report");
    restored.awaitError("crjvm: cannot write the report \"/proc/none/report\": ");
    assertThat(restored.terminate()).isEqualTo(143);
    Command command = checkpoint.command("--no-restore", "--report", "json:/proc/none/report");
    RunningProcess normal = checkpoint.await(command.start("normal"));
    assertThat(normal.stderr()).contains("crjvm: cannot write the report \"/proc/none/report\"; ");
    assertThat(normal.terminate()).isEqualTo(143);
  }

  @Test
  void otherFormatIsWrongUse() throws Exception {
    RunningProcess process =
        new Command(BENCH, BENCH.newFolder("format"))
            .add(BENCH.launcher(), "run", "--report", "xml")
            .run("format");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(125);
    assertThat(process.stderr()).contains("\"--report\" takes json or json:FILE, not \"xml\"");
  }

  @Test
  void inspectionIsForMachines() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess inspect =
        new Command(BENCH, checkpoint.jvm().folder())
            .with("JAVA_HOME", checkpoint.jvm().jdk().home().toString())
            .add(BENCH.launcher(), "inspect", "--json", checkpoint.image())
            .run("inspect");
    assertThat(inspect.awaitExit()).as(inspect::describe).isZero();
    Map<?, ?> all = (Map<?, ?>) Json.parse(inspect.stdout());
    assertThat(all.get("image")).isEqualTo(checkpoint.image().toString());
    assertThat(((Map<?, ?>) all.get("origin")).get("id")).isEqualTo(id(checkpoint));
    Map<?, ?> state = (Map<?, ?>) all.get("state");
    assertThat((List<?>) state.get("listening"))
        .anyMatch(each -> each.equals("tcp " + checkpoint.port()));
    Map<?, ?> memory = (Map<?, ?>) all.get("memory");
    List<?> regions = (List<?>) memory.get("regions");
    assertThat(regions).anyMatch(each -> ((Map<?, ?>) each).get("name").equals("Java heap"));
    Map<?, ?> needs = (Map<?, ?>) all.get("needs");
    assertThat((List<?>) needs.get("files")).isNotEmpty();
    double least = (double) needs.get("memory");
    assertThat(least).isBetween(1e6, 1e8);
    assertThat((double) needs.get("wholeHeap")).isBetween(least, 1e9);
  }
}
