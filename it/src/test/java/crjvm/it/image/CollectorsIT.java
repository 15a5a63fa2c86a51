package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Collector;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A restored JVM can do everything that it could do before, with each garbage collector. */
@BesideOthers
@Tag("soak")
class CollectorsIT {
  /** Exercises that leave compiled and deoptimised code behind for the checkpoint. */
  private static final List<String> WARM =
      List.of("exceptions", "deoptimisation", "threads", "classes", "children");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  static Stream<Arguments> combinations() {
    List<Arguments> all = new ArrayList<>();
    for (Jdk jdk : Jdk.all()) {
      for (Collector collector : Collector.values()) {
        if (!Files.exists(jdk.java()) || collector.isIn(jdk)) {
          all.add(Arguments.of(jdk, collector));
        }
      }
    }
    return all.stream();
  }

  @Matrix(parts = 4)
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("combinations")
  void restoredJvmDoesAllThatItDidBefore(Jdk jdk, Collector collector) throws Exception {
    TestJvm jvm =
        new TestJvm(BENCH, jdk.require())
            .withAllCompilers()
            .vm(collector.options())
            .withExercises();
    List<String> warmUp = new ArrayList<>();
    WARM.forEach(name -> warmUp.add(jvm.url() + "exercise?name=" + name + "*2"));
    Checkpoint checkpoint =
        jvm.checkpoint("at=http:" + jvm.url() + ",train=off,warmup=" + String.join(";", warmUp));

    Duration stress = Stress.share(2 * (int) combinations().count());
    assertDoesAll(checkpoint, stress);
    checkpoint.recordWorkingSet();
    assertDoesAll(checkpoint, stress);
    Workbench.delete(checkpoint.image());
  }

  /** Runs each exercise alone, then some of them at once. */
  private static void assertDoesAll(Checkpoint checkpoint, Duration stress) throws Exception {
    RunningProcess restored = checkpoint.restore();
    assertThat(failures(checkpoint, restored)).isEmpty();
    Stress.run(checkpoint, restored, stress);
    assertThat(restored.terminate()).isEqualTo(143);
    assertThat(restored.stdout()).as("shutdown hook").contains("test application: stopped");
  }

  private static Map<String, String> failures(Checkpoint checkpoint, RunningProcess restored)
      throws IOException, InterruptedException {
    Map<String, String> failures = new LinkedHashMap<>();
    for (String name : checkpoint.askLines("/exercises")) {
      Http.Response response;
      try {
        response = Http.get(checkpoint.port(), "/exercise?name=" + name);
      } catch (IOException e) {
        restored.awaitExit(); // The output then has everything that HotSpot prints about a crash.
        String description = restored.describe();
        throw new AssertionError(failures + " " + name + " is not answered\n" + description, e);
      }
      if (response.status() != 200) {
        failures.put(name, response.body());
      }
    }
    return failures;
  }
}
