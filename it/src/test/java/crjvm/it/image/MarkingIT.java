package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Collector;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The marking for which a full collection makes it time is done before the dump, with all that
 * follows it.
 */
@BesideOthers
@Tag("variant")
class MarkingIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String FULL = "Pause Full (System.gc())";

  @OnEachJdk
  void marksAfterTheCheckpointsCollection(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers();
    Path log = jvm.folder().resolve("collections.log");
    // G1 goes by this share of the heap until it has marked a few times.
    jvm.vm(Collector.G1.options())
        .vm("-Xmx256m", "-XX:InitiatingHeapOccupancyPercent=15", "-Xlog:gc:file=" + log)
        .main("-cp", BENCH.application().toString(), "crjvm.it.app.HeapApplication", "--soft");
    Checkpoint checkpoint = jvm.checkpoint("at=method:crjvm.it.app.HeapApplication#ready");
    List<String> lines = Files.readAllLines(log);
    assertThat(afterLastFullCollection(lines))
        .as(() -> String.join("\n", lines))
        .anyMatch(line -> line.contains("Pause Young (Concurrent Start) (G1 Humongous Allocation)"))
        .anyMatch(line -> line.contains("Pause Remark"))
        .anyMatch(line -> line.matches(".*Concurrent Mark Cycle [0-9.]+ms"));
    // The application finds everything that it had, also behind soft references.
    RunningProcess copy = checkpoint.command("--no-fallback").run("copy");
    assertThat(copy.awaitExit()).as(copy::describe).isZero();
  }

  @OnEachJdk
  void leavesNothingOfAMarkingToTheCopies(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers();
    // It is time to mark for twice 40 MiB of objects, but not for 40 MiB.
    jvm.vm(Collector.G1.options())
        .vm("-Xms512m", "-Xmx512m", "-XX:InitiatingHeapOccupancyPercent=12")
        .vm("-XX:-G1UseAdaptiveIHOP", "-Xlog:gc")
        .main("-cp", BENCH.application().toString(), "crjvm.it.app.ForgettingApplication");
    Checkpoint checkpoint = jvm.checkpoint("at=method:crjvm.it.app.ForgettingApplication#ready");
    RunningProcess copy = checkpoint.command("--no-fallback").run("copy");
    assertThat(copy.awaitExit()).as(copy::describe).isZero();
    List<String> pauses =
        copy.stdout().lines().filter(line -> line.contains("Pause Young")).toList();
    assertThat(pauses).as(copy::describe).hasSizeGreaterThan(2);
    assertThat(pauses.subList(0, 3))
        .as(copy::describe)
        .allMatch(line -> line.contains("Pause Young (Normal)"));
  }

  private static List<String> afterLastFullCollection(List<String> lines) {
    int last = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(FULL)) {
        last = i;
      }
    }
    assertThat(last).as(() -> String.join("\n", lines)).isNotNegative();
    return lines.subList(last + 1, lines.size());
  }
}
