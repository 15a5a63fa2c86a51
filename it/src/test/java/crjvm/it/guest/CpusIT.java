package crjvm.it.guest;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.CompatibilityTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images that were made on this machine's CPU and are restored on CPUs with fewer features. A start
 * is refused with the names of the missing features, unless the image was made for such a CPU.
 */
@Tag("guest")
@BesideOthers
class CpusIT {
  private static final List<String> MODELS = List.of("Nehalem", "Haswell");
  private static final List<String> LEVELS = List.of("", "v3", "v2");

  /** The features of level 3 that a Nehalem lacks. */
  private static final String NOT_IN_NEHALEM =
      "pclmulqdq, fma, movbe, aes, xsave, avx, f16c, bmi1, avx2, bmi2, abm";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @RegisterExtension static final CompatibilityTable TABLE = new CompatibilityTable("cpus");

  /** The images by level and JDK. */
  private static final Map<List<Object>, Checkpoint> IMAGES = new LinkedHashMap<>();

  private static final Map<List<Object>, String> RESULTS = new LinkedHashMap<>();
  private static String running;
  private static VirtualMachine machine;

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (String model : MODELS) {
      for (Jdk jdk : Jdk.all()) {
        LEVELS.forEach(level -> cases.add(Arguments.of(model, jdk, level)));
      }
    }
    return cases.stream();
  }

  /**
   * Returns an image that is warmed up until all of the computation is compiled for this machine.
   */
  private static Checkpoint image(Jdk jdk, String level) throws Exception {
    List<Object> key = List.of(level, jdk.require());
    if (!IMAGES.containsKey(key)) {
      TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers().vm("-XX:+UseSerialGC");
      String portable = level.isEmpty() ? "" : "portable=" + level + ",";
      String warmUp = jvm.url() + "compute*300;" + jvm.url() + "count*3";
      IMAGES.put(key, jvm.checkpoint(portable + "at=http:" + jvm.url() + ",warmup=" + warmUp));
      Checkpoint checkpoint = IMAGES.get(key);
      RunningProcess here = checkpoint.restore();
      RESULTS.put(key, checkpoint.ask("/compute"));
      assertThat(here.terminate()).isEqualTo(143);
    }
    return IMAGES.get(key);
  }

  /** Returns the machine for a model, with all images. */
  private static VirtualMachine machine(String model) throws Exception {
    if (!model.equals(running)) {
      stopMachine();
      List<Path> files = new ArrayList<>(List.of(BENCH.product(), BENCH.application()));
      for (Jdk jdk : Jdk.all()) {
        for (String level : LEVELS) {
          files.add(image(jdk, level).jvm().folder());
        }
      }
      machine =
          VirtualMachine.with(Kernel.BOOKWORM)
              .cpu(model)
              .files(files.toArray(Path[]::new))
              .boot(model, BENCH);
      running = model;
    }
    return machine;
  }

  @AfterAll
  static void stopMachine() {
    if (machine != null) {
      machine.close();
      machine = null;
    }
  }

  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("cases")
  void imageRunsOrNamesWhatTheCpuLacks(String model, Jdk jdk, String level) throws Exception {
    Checkpoint checkpoint = image(jdk, level);
    VirtualMachine guest = machine(model);
    boolean runs = level.equals("v2") || (level.equals("v3") && model.equals("Haswell"));
    VirtualMachine.Answer answer = guest.run(User.ORDINARY, script(checkpoint));
    if (runs) {
      assertThat(answer.expectSuccess())
          .isEqualTo(
              "4\n" + RESULTS.get(List.of(level, jdk)) + "\ntest application: stopped\n143\n");
      TABLE.add("runs", name(level), model, jdk);
      return;
    }
    Set<String> missing = new TreeSet<>(features(checkpoint));
    missing.removeAll(
        words(guest.run(User.ORDINARY, "grep -m 1 ^flags /proc/cpuinfo").expectSuccess()));
    String refusal = "crjvm: cannot restore \"" + checkpoint.image() + "\": the CPU lacks ";
    String hint = "; make the image on a machine like this one, or a portable one\n";
    assertThat(answer.output()).startsWith(refusal).endsWith(hint).hasLineCount(1);
    assertThat(answer.status()).isEqualTo(124);
    String told = answer.output().replace(refusal, "").replace(hint, "");
    assertThat(Set.of(told.split(", "))).isEqualTo(missing);
    if (!level.isEmpty()) {
      assertThat(told).isEqualTo(NOT_IN_NEHALEM);
    }
    String lacks = level.isEmpty() ? "by the names of what the CPU lacks" : "lacks " + told;
    TABLE.add("starts normally: " + lacks, name(level), model, jdk);
  }

  private static String name(String level) {
    return level.isEmpty() ? "of the tests' machine" : "portable=" + level;
  }

  private static Set<String> features(Checkpoint checkpoint) throws Exception {
    return Files.readAllLines(checkpoint.image().resolve("manifest")).stream()
        .filter(line -> line.startsWith("cpu-features="))
        .map(line -> words(line.substring("cpu-features=".length())))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> words(String line) {
    return new TreeSet<>(List.of(line.strip().split("\\s+")));
  }

  /**
   * Returns a script that prints the count, the results, the output and the status, or else the
   * reason for a failure.
   */
  private static String script(Checkpoint checkpoint) {
    return """
        set -eu
        ask() { timeout 600 curl -sS -f "${url}$1" 2>>curl.log; }
        cd "$(mktemp -d)"
        timeout -k 60 600 ${launcher} run --no-fallback --image ${image} >output 2>&1 &
        pid=$!
        until ask '' >/dev/null; do
            kill -0 $pid 2>/dev/null || { status=0; wait $pid || status=$?; cat output; exit $status; }
            sleep 0.1
        done
        ask count; echo
        ask compute; echo
        kill $pid
        status=0
        wait $pid || status=$?
        cat output
        echo $status
        """
        .replace("${url}", checkpoint.jvm().url())
        .replace("${launcher}", BENCH.launcher().toString())
        .replace("${image}", checkpoint.image().toString());
  }
}
