package crjvm.it.guest;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.JvmPlace;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.CompatibilityTable;
import crjvm.it.matrix.Matrix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Images that were made under one kernel and restored under another: from this machine to Debian's
 * kernels and back, by an ordinary user. A thread reads the clock all the time, because kernels
 * differ in their vDSOs.
 */
@Tag("guest")
@BesideOthers
class KernelsIT {
  private static final String HERE = "the tests' machine";
  private static final int REQUESTS = 3;

  /**
   * The time for a dump. Under emulation it takes 100 s, and twice that on a slow machine beside
   * other tests.
   */
  private static final Duration DUMP_LIMIT = Duration.ofSeconds(620);

  /**
   * A CPU without features that this machine is likely to lack: an image that is made there has to
   * run here.
   */
  private static final String CPU = "Haswell-noTSX";

  /** The level without AVX-512, which the CPU lacks. */
  private static final String PORTABLE = "v3";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @RegisterExtension static final CompatibilityTable TABLE = new CompatibilityTable("kernels");

  private static final SharedImage MADE_HERE =
      new SharedImage(jdk -> jvm(jdk).checkpoint("portable=" + PORTABLE + "," + options(jdk)));

  private static final Map<Jdk, TestJvm> JVMS = new HashMap<>();
  private static final Map<List<Object>, TestJvm> GUEST_JVMS = new HashMap<>();
  private static Kernel running;
  private static VirtualMachine machine;

  /** The clocks that an application reports, and the limits around them. */
  private record Clocks(long nanos, long millis, int stepsBack, int ticks) {
    static Clocks parse(String answer) {
      String[] words = answer.strip().split(" ");
      return new Clocks(
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          Integer.parseInt(words[2]),
          Integer.parseInt(words[3]));
    }
  }

  private static TestJvm jvm(Jdk jdk) throws Exception {
    if (!JVMS.containsKey(jdk)) {
      JVMS.put(jdk, newJvm(jdk));
    }
    return JVMS.get(jdk);
  }

  /** Returns a JVM with few compilations, because emulation makes these slow. */
  private static TestJvm newJvm(Jdk jdk) throws Exception {
    return new TestJvm(BENCH, jdk).vm("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  }

  private static String options(Jdk jdk) throws Exception {
    return options(jvm(jdk));
  }

  private static String options(TestJvm jvm) {
    return "at=http:"
        + jvm.url()
        + ",warmup="
        + jvm.url()
        + "count*"
        + REQUESTS
        + ";"
        + jvm.url()
        + "clock*1,quiet=off";
  }

  private enum Direction {
    THERE,
    BACK
  }

  /** Returns the cases sorted by kernel: machines take long to start, and dumps are slow there. */
  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    Kernel.all()
        .forEach(
            kernel -> {
              for (Jdk jdk : Jdk.all()) {
                cases.add(Arguments.of(kernel, jdk, Direction.THERE));
                if (dumper(kernel) == jdk.major()) {
                  cases.add(Arguments.of(kernel, jdk, Direction.BACK));
                }
              }
            });
    return cases.stream();
  }

  /** Returns the JDK of the one image that is made under a kernel, or 0 if none is made. */
  private static int dumper(Kernel kernel) {
    return switch (kernel) {
      // A dump there needs a JVM without restartable sequences: see docs/troubleshooting.md.
      case BULLSEYE -> 0;
      case BOOKWORM -> 17;
      // A dump under emulation takes minutes, so only one older and one newer kernel make one.
      case TRIXIE -> 0;
      case FORKY -> 25;
      case ARM64_TRIXIE, ARM64_FORKY, ARM64_LARGE_PAGES ->
          throw new IllegalArgumentException(kernel.name());
    };
  }

  @BeforeAll
  static void noteMissingKernels() {
    Stream.of(Kernel.values())
        .filter(kernel -> kernel.processor() == GuestProcessor.X86_64 && !kernel.isThere())
        .forEach(TABLE::absent);
  }

  @AfterAll
  static void stopMachine() {
    if (machine != null) {
      machine.close();
      machine = null;
    }
  }

  /** Returns the machine for a kernel, with all images and JVMs of this class. */
  private static VirtualMachine machine(Kernel kernel) throws Exception {
    if (running == kernel && machine != null) {
      return machine;
    }
    stopMachine();
    List<Path> files = new ArrayList<>(List.of(BENCH.product(), BENCH.application()));
    for (Jdk jdk : Jdk.all()) {
      files.add(MADE_HERE.of(jdk).jvm().folder());
      GUEST_JVMS.put(List.of(kernel, jdk), newJvm(jdk));
      files.add(GUEST_JVMS.get(List.of(kernel, jdk)).folder());
    }
    machine =
        VirtualMachine.with(kernel)
            .cpu(CPU)
            .files(files.toArray(Path[]::new))
            .boot(kernel.name().toLowerCase(java.util.Locale.ROOT), BENCH);
    running = kernel;
    return machine;
  }

  @Matrix(parts = 4)
  @ParameterizedTest(name = "{0}, {1}, {2}")
  @MethodSource("cases")
  void imageRunsUnderAnotherKernel(Kernel kernel, Jdk jdk, Direction direction) throws Exception {
    if (direction == Direction.THERE) {
      imageMadeHereRunsUnder(kernel, jdk);
    } else {
      imageMadeUnderRunsHere(kernel, jdk);
    }
  }

  private static void imageMadeHereRunsUnder(Kernel kernel, Jdk jdk) throws Exception {
    VirtualMachine guest = machine(kernel);
    JvmPlace jvm = MADE_HERE.of(jdk).jvm();
    assertThat(manifest(jvm)).doesNotContain("kernel=" + kernel.release());

    List<String> answers = guest.run(User.ORDINARY, script(jvm)).expectSuccess().lines().toList();
    assertThat(answers.get(0)).as("count").isEqualTo(Integer.toString(REQUESTS + 1));
    checkClocks(jvm, answers.get(1), answers.get(2), answers.get(4), Clocks.parse(answers.get(3)));
    assertThat(answers.subList(5, answers.size()))
        .containsExactly("test application: stopped", "143");
    TABLE.add("serves, its clocks go on", HERE, kernel.describe(), jdk);
  }

  private static void imageMadeUnderRunsHere(Kernel kernel, Jdk jdk) throws Exception {
    VirtualMachine guest = machine(kernel);
    TestJvm jvm = GUEST_JVMS.get(List.of(kernel, jdk.require()));
    String command = quoted(jvm.words("image=" + jvm.image() + "," + options(jvm)));
    guest.run(User.ORDINARY, DUMP_LIMIT, dumpScript(jvm, command)).expectSuccess();
    guest.bringBack(jvm.image());
    assertThat(manifest(jvm)).contains("kernel=" + kernel.release());

    String before = now();
    Checkpoint checkpoint = new Checkpoint(BENCH, jvm, null);
    RunningProcess restored = checkpoint.restore();
    assertThat(checkpoint.ask("/count")).isEqualTo(Integer.toString(REQUESTS + 1));
    int ticks = Clocks.parse(checkpoint.ask("/clock")).ticks();
    Await.until(
        RunningProcess.LIMIT,
        "ticks",
        () -> Clocks.parse(checkpoint.ask("/clock")).ticks() > ticks + 2);
    String between = now();
    String clocks = checkpoint.ask("/clock");
    checkClocks(jvm, before, between, now(), Clocks.parse(clocks));
    assertThat(restored.terminate()).isEqualTo(143);
    assertThat(restored.stdout()).isEqualTo("test application: stopped\n");
    assertThat(restored.stderr()).isEmpty();
    TABLE.add("serves, its clocks go on", kernel.describe(), HERE, jdk);
  }

  /**
   * Returns a script that ends with the checkpoint, even if that failed and the application would
   * run on.
   */
  private static String dumpScript(TestJvm jvm, String command) {
    return """
        cd ${folder}
        timeout -k 10 1800 ${command} >output 2>&1 &
        pid=$!
        while kill -0 $pid 2>/dev/null; do
            if grep -q failed output; then kill $pid; fi
            sleep 0.5
        done
        wait $pid
        status=$?
        cat output
        exit $status
        """
        .replace("${folder}", jvm.folder().toString())
        .replace("${command}", command);
  }

  private static List<String> manifest(JvmPlace jvm) throws Exception {
    return Files.readAllLines(jvm.image().resolve("manifest"));
  }

  private static String quoted(List<String> words) {
    StringBuilder line = new StringBuilder();
    words.forEach(word -> line.append(" '").append(word.replace("'", "'\\''")).append('\''));
    return line.toString();
  }

  /**
   * Returns a script that restores, waits for the timer, and prints: the count; the time before the
   * restore; the time before it asked for the clocks; the clocks; the time afterwards; the
   * application's output; its status.
   */
  private static String script(JvmPlace jvm) {
    return """
        set -eu
        now() { echo "$(cut -d' ' -f1 /proc/uptime) $(date +%s%3N)"; }
        ask() { timeout 600 curl -sS -f "${url}${1:-}" 2>>curl.log; }
        ticks() { ask clock | cut -d' ' -f4; }
        cd "$(mktemp -d)"
        before=$(now)
        timeout -k 60 600 ${launcher} run --no-fallback --image ${image} >output 2>&1 &
        pid=$!
        until ask >/dev/null; do
            kill -0 $pid || { cat output curl.log; exit 1; }
            sleep 0.1
        done
        ask count; echo
        first=$(ticks)
        until [ "$(ticks)" -gt $((first + 2)) ]; do sleep 0.1; done
        echo "$before"
        now; ask clock; echo; now
        kill $pid
        status=0
        wait $pid || status=$?
        cat output
        echo $status
        """
        .replace("${url}", jvm.url())
        .replace("${launcher}", BENCH.launcher().toString())
        .replace("${image}", jvm.image().toString());
  }

  /**
   * Returns the uptime in seconds and the wall clock in milliseconds, in the form of the script.
   */
  private static String now() throws Exception {
    String uptime = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
    return uptime + " " + System.currentTimeMillis();
  }

  /**
   * Checks that nanoTime continued from the checkpoint, for no longer than the process can have
   * run.
   */
  private static void checkClocks(
      JvmPlace jvm, String before, String between, String after, Clocks clocks) throws Exception {
    long dumped =
        manifest(jvm).stream()
            .filter(line -> line.startsWith("clock.monotonic="))
            .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1)))
            .findFirst()
            .orElseThrow();
    long most = TimeUnit.MILLISECONDS.toNanos(uptime(after) - uptime(before) + 20);
    assertThat(clocks.nanos()).as("nanoTime").isBetween(dumped, dumped + most);
    assertThat(clocks.millis()).as("wall clock").isBetween(wall(between), wall(after));
    assertThat(clocks.stepsBack()).as("steps back of nanoTime").isZero();
  }

  private static long uptime(String now) {
    return Math.round(Double.parseDouble(now.split(" ")[0]) * 1000);
  }

  private static long wall(String now) {
    return Long.parseLong(now.split(" ")[1]);
  }
}
