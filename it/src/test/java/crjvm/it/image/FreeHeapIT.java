package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Collector;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Free memory of the Java heap is not in the image. Leaving it out costs the application nothing:
 * no soft reference is cleared, and no OutOfMemoryError is handled, whatever the collector.
 */
@Tag("variant")
class FreeHeapIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** The options that would end the JVM or write a file on an OutOfMemoryError. */
  private static final List<String> ON_OUT_OF_MEMORY =
      List.of("-XX:+HeapDumpOnOutOfMemoryError", "-XX:+ExitOnOutOfMemoryError");

  private static final int MUCH = 8 << 20;

  static Stream<Arguments> combinations() {
    return CollectorsIT.combinations();
  }

  @Matrix
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("combinations")
  void freeHeapIsLeftOut(Jdk jdk, Collector collector) throws Exception {
    TestJvm jvm =
        new TestJvm(BENCH, jdk.require())
            .vm(collector.options())
            .vm(ON_OUT_OF_MEMORY)
            .main("-cp", BENCH.application().toString(), "crjvm.it.app.HeapApplication");
    if (collector == Collector.Z) {
      // With less heap it collects at any time, and then takes seconds for a long time.
      jvm.vm("-Xmx160m");
    }
    if (collector == Collector.SHENANDOAH) {
      // Otherwise it would run some collections of its own, to learn, right after the one that is
      // asked for. A dump in one of their pauses has all of the heap.
      jvm.vm("-XX:+UnlockExperimentalVMOptions", "-XX:ShenandoahLearningSteps=0");
    } else {
      // Shenandoah clears all soft references when it is asked for a collection.
      jvm.arguments("--soft");
    }
    String warmPoint = "at=method:crjvm.it.app.HeapApplication#ready";
    // The checkpoint waits for a quiet JVM, so that Shenandoah has ended its collection. Memory is
    // free only then.
    Checkpoint checkpoint = jvm.checkpoint(warmPoint + ",quiet=on,then=continue");
    RunningProcess copy = checkpoint.command("--no-fallback").run("copy");
    assertThat(copy.awaitExit()).as(copy::describe).isZero();

    Memory heap = Memory.of(checkpoint.image(), "Java heap");
    long live = Math.min(live(checkpoint.process()), live(copy));
    assertThat(heap.dumped()).as("enough garbage for this test").isGreaterThan(live + MUCH);
    assertThat(heap.stored()).as("%s", heap).isLessThan(live + (heap.dumped() - live) / 2);
    assertThat(checkpoint.process().stderr()).containsPattern("MiB of free heap and \\d+ MiB");
    assertThat(heapDumps(jvm.folder())).isEmpty();
    Workbench.delete(checkpoint.image());
  }

  private static long live(RunningProcess process) {
    return process
        .stdout()
        .lines()
        .filter(line -> line.startsWith("live "))
        .mapToLong(line -> Long.parseLong(line.substring("live ".length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(process.describe()));
  }

  private static List<Path> heapDumps(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".hprof")).toList();
    }
  }

  /** The sizes of one kind of memory, in bytes. */
  private record Memory(long dumped, long stored) {
    static Memory of(Path image, String kind) throws IOException {
      for (String line : Files.readAllLines(image.resolve("manifest"))) {
        if (line.startsWith("region=") && line.endsWith(" " + kind)) {
          String[] words = line.substring("region=".length()).split(" ");
          return new Memory(
              Long.parseLong(words[0]), Long.parseLong(words[1]) + Long.parseLong(words[2]));
        }
      }
      throw new AssertionError("no " + kind + " in the manifest of " + image);
    }
  }
}
