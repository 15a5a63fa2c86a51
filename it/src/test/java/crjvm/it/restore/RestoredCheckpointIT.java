package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Collector;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Images of processes that were themselves restored, again and again. */
@Tag("variant")
class RestoredCheckpointIT {
  private static final int GENERATIONS = 3;
  private static final String BACK = "test application: back from its checkpoint";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  static Stream<Arguments> combinations() {
    List<Arguments> all = new ArrayList<>();
    for (Jdk jdk : Jdk.all()) {
      all.add(Arguments.of(jdk, Collector.G1));
    }
    all.add(Arguments.of(Jdk.all().get(Jdk.all().size() - 1), Collector.Z));
    all.add(Arguments.of(Jdk.any(), Collector.SERIAL));
    return all.stream();
  }

  /** Makes each image from the one before, which is deleted when the next image is there. */
  @Matrix(parts = 4)
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("combinations")
  void generationsGoOn(Jdk jdk, Collector collector) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).vm(collector.options()).withExercises();
    Path image = jvm.checkpoint().image();
    long nanos = Long.MIN_VALUE;
    for (int generation = 1; generation <= GENERATIONS; generation++) {
      Path next = jvm.folder().resolve("image-" + generation);
      RunningProcess restored = restore(jvm, image, "-Dcrjvm.image=" + next);
      long now = Long.parseLong(Http.ask(jvm.port(), "/nano"));
      assertThat(now).as("nanoTime").isGreaterThan(nanos);
      assertThat(Http.ask(jvm.port(), "/count")).isEqualTo(Integer.toString(20 + generation));
      assertThat(Http.ask(jvm.port(), "/pid").lines()).containsOnly(Long.toString(restored.pid()));
      if (generation > 1) {
        assertThat(failures(jvm.port())).isEmpty();
      }
      nanos = Long.parseLong(Http.ask(jvm.port(), "/nano"));
      if (generation < GENERATIONS) {
        checkpoint(jvm.port(), restored);
      } else {
        assertThat(restored.terminate()).isEqualTo(143);
      }
      Workbench.delete(image);
      image = next;
    }
  }

  private static Map<String, String> failures(int port) throws IOException {
    Map<String, String> failures = new LinkedHashMap<>();
    for (String name : Http.ask(port, "/exercises").lines().toList()) {
      Http.Response response = Http.get(port, "/exercise?name=" + name);
      if (response.status() != 200) {
        failures.put(name, response.body());
      }
    }
    return failures;
  }

  private static Command command(TestJvm jvm, Path image, Object... options) {
    return new Command(BENCH, jvm.folder())
        .add(BENCH.launcher(), "run", "--no-fallback", "--image", image)
        .add(options);
  }

  private static RunningProcess restore(TestJvm jvm, Path image, Object... options)
      throws IOException {
    RunningProcess restored = command(jvm, image, options).start("restore");
    Http.awaitAnswer(restored, jvm.port(), "/");
    return restored;
  }

  /** Makes an image of a restored process that asks for it. The process then ends. */
  private static void checkpoint(int port, RunningProcess restored) throws Exception {
    assertThat(Http.ask(port, "/checkpoint")).isEqualTo("asked");
    assertThat(restored.awaitExit()).as(restored::describe).isZero();
    assertThat(restored.stderr()).contains("crjvm: image ready: ");
  }

  @Test
  void copiesMakeImagesOfTheirOwnAtOnce() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path image = jvm.checkpoint().image();
    List<Integer> ports = List.of(FreePort.find(), FreePort.find());
    List<Path> images = new ArrayList<>();
    List<RunningProcess> copies = new ArrayList<>();
    for (int port : ports) {
      Path next = jvm.folder().resolve("image-" + port);
      String listen = jvm.port() + "=" + port;
      images.add(next);
      copies.add(
          command(jvm, image, "--listen", listen, "-Dcrjvm.image=" + next).start("copy-" + port));
    }
    for (int i = 0; i < 2; i++) {
      Http.awaitAnswer(copies.get(i), ports.get(i), "/");
    }
    Http.ask(ports.get(1), "/count");
    for (int port : ports) {
      Http.ask(port, "/checkpoint");
    }
    for (RunningProcess copy : copies) {
      assertThat(copy.awaitExit()).as(copy::describe).isZero();
    }
    Workbench.delete(image);
    for (int i = 0; i < 2; i++) {
      copies.set(i, command(jvm, images.get(i)).start("second-" + ports.get(i)));
    }
    for (int i = 0; i < 2; i++) {
      Http.awaitAnswer(copies.get(i), ports.get(i), "/");
      assertThat(Http.ask(ports.get(i), "/count")).isEqualTo(Integer.toString(21 + i));
    }
  }

  /** Replaces the image from which a process runs: it is deleted first. */
  @Test
  void theImageThatTheProcessRunsFromIsReplaced() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess original =
        jvm.start("then=continue,at=http:" + jvm.url() + ",warmup=" + jvm.url() + "count*20");
    original.awaitError("crjvm: image ready: ");
    assertThat(original.terminate()).isEqualTo(143);

    RunningProcess restored = restore(jvm, jvm.image());
    String id = id(jvm.image());
    for (int i = 1; i <= 2; i++) {
      Http.ask(jvm.port(), "/count");
      Http.ask(jvm.port(), "/checkpoint");
      restored.awaitOutput((BACK + "\n").repeat(i));
      assertThat(restored.stderr()).doesNotContain("failed");
      String next = id(jvm.image());
      assertThat(next).isNotEqualTo(id);
      id = next;
    }
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("23");
    assertThat(restored.terminate()).isEqualTo(143);

    restore(jvm, jvm.image());
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("23");
  }

  private static String id(Path image) throws IOException {
    return Files.readAllLines(image.resolve("manifest")).stream()
        .filter(line -> line.startsWith("image-id="))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @Tag("core")
  void argumentsAndPropertiesOfTheRestoreBelongToTheNextImage() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).vm("-Dchanged=of start").arguments("of start");
    Path image = jvm.checkpoint().image();
    Path next = jvm.folder().resolve("next");
    String port = Integer.toString(jvm.port());
    RunningProcess restored =
        command(jvm, image, "-Dchanged=of restore", "-Dcrjvm.image=" + next)
            .add("--vm-option", "+HeapDumpOnOutOfMemoryError")
            .add("--", "--port", port, "of restore")
            .in(BENCH.newFolder("elsewhere"))
            .start("restore");
    Http.awaitAnswer(restored, jvm.port(), "/");
    checkpoint(jvm.port(), restored);

    RunningProcess second = restore(jvm, next);
    assertThat(Http.ask(jvm.port(), "/property?name=changed")).isEqualTo("of restore");
    assertThat(Http.ask(jvm.port(), "/property?name=crjvm.args.2")).isEqualTo("of restore");
    assertThat(second.terminate()).isEqualTo(143);

    RunningProcess normal =
        new Command(BENCH, BENCH.newFolder("elsewhere"))
            .add(BENCH.launcher(), "run", "--no-restore", "--image", next)
            .start("normal");
    Http.awaitAnswer(normal, jvm.port(), "/");
    assertThat(Http.ask(jvm.port(), "/property?name=changed")).isEqualTo("of restore");
    assertThat(Http.ask(jvm.port(), "/args")).isEqualTo("--port " + port + " of restore");
    assertThat(Http.ask(jvm.port(), "/vm-option?name=HeapDumpOnOutOfMemoryError"))
        .isEqualTo("true");
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("1");
  }
}
