package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.guest.ControlGroup;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A restore with less than the checkpoint had: fewer processors, less memory, lower resource
 * limits.
 */
@Tag("variant")
class LimitsIT {
  private static final long MIB = 1 << 20;

  private static final String CARRIERS =
      "bean=jdk.management:type=VirtualThreadScheduler&name=Parallelism";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk ->
              new TestJvm(BENCH, jdk)
                  .vm("-Dcrjvm.it.native=" + BENCH.nativeLibrary(jdk))
                  .arguments("--locked")
                  .checkpoint());

  private static Command restore(Checkpoint checkpoint, Object... options) {
    return checkpoint.command(options);
  }

  /** Restores with limits that the ordinary user sets himself, in {@code prlimit}'s syntax. */
  private static Command limited(Checkpoint checkpoint, String limits, Object... options) {
    return new Command(BENCH, checkpoint.jvm().folder())
        .add("prlimit", List.of(limits.split(" ")), "--")
        .add(checkpoint.command(options).words());
  }

  @OnEachJdk
  @Tag("core")
  void oneProcessorIsEnough(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess restored =
        checkpoint.await(
            restore(checkpoint, "--no-fallback").wrappedIn("taskset", "-c", "0").start("restore"));
    assertThat(checkpoint.askLines("/resources")).contains("processors=1");
    assertThat(checkpoint.ask("/collect")).endsWith(" blocks");
    assertThat(restored.terminate()).isEqualTo(143);
    assertThat(restored.messages()).isEmpty();
  }

  /** Makes an image of an application that has used its pools, on the given processors. */
  private static Checkpoint withPools(Jdk jdk, String... processors) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    String warmUp = ",warmup=" + jvm.url() + "common-pool";
    if (hasCarriers(jdk)) {
      warmUp += ";" + jvm.url() + "bean?" + CARRIERS;
    }
    return jvm.checkpoint(
        jvm.command("image=" + jvm.image() + ",at=http:" + jvm.url() + warmUp)
            .wrappedIn(processors)
            .start("checkpoint"));
  }

  private static int processors() {
    int all = Runtime.getRuntime().availableProcessors();
    Requirement.need(all > 1, "there is one processor only");
    return all;
  }

  /** Restores with other processors than those of the checkpoint, and compares the pools. */
  private static void assertPools(
      Checkpoint checkpoint, Jdk jdk, int before, int now, String... processors) throws Exception {
    RunningProcess restored =
        checkpoint.await(
            restore(checkpoint, "--no-fallback").wrappedIn(processors).start("restore"));
    assertThat(checkpoint.askLines("/resources")).contains("processors=" + now);
    assertThat(checkpoint.ask("/common-pool"))
        .isEqualTo(Integer.toString(commonPool(followsProcessors(jdk) ? now : before)));
    if (hasCarriers(jdk)) {
      assertThat(checkpoint.ask("/bean?" + CARRIERS)).isEqualTo(Integer.toString(now));
    }
    assertThat(restored.terminate()).isEqualTo(143);
  }

  /** Returns the parallelism of the common pool after a normal start. */
  private static int commonPool(int processors) {
    return Math.max(processors - 1, 1);
  }

  /** Returns whether the JDK can change the size of its common pool, as of JDK 19. */
  private static boolean followsProcessors(Jdk jdk) {
    return jdk.major() >= 19;
  }

  /** Returns whether the JDK has the bean, which came with JDK 24. */
  private static boolean hasCarriers(Jdk jdk) {
    return jdk.major() >= 24;
  }

  /** Checks that the pools have as many threads as after a normal start here. */
  @OnEachJdk
  void poolsOfTheJdkFollowTheProcessors(Jdk jdk) throws Exception {
    int all = processors();
    String[] one = {"taskset", "-c", "0"};
    Checkpoint small = withPools(jdk, one);
    assertPools(small, jdk, 1, all);
    assertPools(small, jdk, 1, 1, one);
    assertPools(withPools(jdk), jdk, all, 1, one);
  }

  /** Uses a group with a limit of memory, without which newer JDKs don't look at groups. */
  @OnEachJdk
  void poolsOfTheJdkFollowTheQuota(Jdk jdk) throws Exception {
    int all = processors();
    try (ControlGroup group =
        ControlGroup.of("cpu", "memory").limitCpus(all).limitMemory(512 * MIB)) {
      Checkpoint checkpoint = withPools(jdk, group.enter());
      group.limitCpus(1);
      assertPools(checkpoint, jdk, all, 1, group.enter());
    }
  }

  @OnEachJdk
  void processorsOfAQuotaAreTheOnesOfTheCheckpoint(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    try (ControlGroup group = ControlGroup.of("cpu").limitCpus(1)) {
      RunningProcess restored =
          checkpoint.await(
              restore(checkpoint, "--no-fallback").wrappedIn(group.enter()).start("restore"));
      assertThat(checkpoint.askLines("/resources"))
          .contains("processors=" + Runtime.getRuntime().availableProcessors());
      assertThat(checkpoint.ask("/collect")).endsWith(" blocks");
      assertThat(restored.terminate()).isEqualTo(143);
    }
  }

  /**
   * Checks the quota of a group at the same path: HotSpot keeps the paths of its group's files and
   * reads these each time.
   */
  @OnEachJdk
  void quotaOfAGroupOfTheSamePathCounts(Jdk jdk) throws Exception {
    try (ControlGroup group = ControlGroup.of("cpu").limitCpus(1)) {
      TestJvm jvm = new TestJvm(BENCH, jdk.require());
      Checkpoint checkpoint =
          jvm.checkpoint(
              jvm.command("image=" + jvm.image() + ",at=http:" + jvm.url())
                  .wrappedIn(group.enter())
                  .start("checkpoint"));
      int all = Runtime.getRuntime().availableProcessors();
      Requirement.need(all > 1, "there is one processor only");
      group.limitCpus(all);
      RunningProcess restored =
          checkpoint.await(
              restore(checkpoint, "--no-fallback").wrappedIn(group.enter()).start("restore"));
      assertThat(checkpoint.askLines("/resources")).contains("processors=" + all);
      assertThat(restored.terminate()).isEqualTo(143);
    }
  }

  @OnEachJdk
  void heapAboveTheMemoryLimitIsOneWarning(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    try (ControlGroup group = ControlGroup.of("memory").limitMemory(80 * MIB)) {
      RunningProcess restored =
          checkpoint.await(
              restore(checkpoint, "--no-fallback").wrappedIn(group.enter()).start("restore"));
      assertThat(restored.messages())
          .containsExactly(
              "crjvm: the Java heap may grow to 96 MiB, and the memory limit here is 80 MiB ("
                  + group.memoryFile()
                  + "); make the image with a smaller -Xmx");
      assertThat(checkpoint.ask("/resources")).contains("heap=");
      assertThat(vmOption(checkpoint, "MinHeapFreeRatio")).isEqualTo("10");
      assertThat(vmOption(checkpoint, "MaxHeapFreeRatio")).isEqualTo("20");
      assertThat(vmOption(checkpoint, "SoftMaxHeapSize"))
          .isEqualTo(Long.toString(80 * MIB / 100 * 70));
      assertThat(restored.terminate()).isEqualTo(143);
      // The user's own setting has priority.
      RunningProcess chosen =
          checkpoint.await(
              restore(checkpoint, "--no-fallback", "--vm-option", "MaxHeapFreeRatio=60")
                  .wrappedIn(group.enter())
                  .start("chosen"));
      assertThat(vmOption(checkpoint, "MaxHeapFreeRatio")).isEqualTo("60");
      assertThat(chosen.terminate()).isEqualTo(143);
    }
    RunningProcess enough = checkpoint.restore();
    assertThat(vmOption(checkpoint, "MaxHeapFreeRatio")).isEqualTo("70");
    assertThat(enough.terminate()).isEqualTo(143);
  }

  private static long kibibytes(RunningProcess process, String name) throws IOException {
    return Long.parseLong(process.status(name).replace(" kB", ""));
  }

  /**
   * Fills half of the heap and empties it again, and returns the size that the heap keeps after a
   * full collection.
   */
  private static long heapAfterwards(Checkpoint checkpoint) throws IOException {
    assertThat(checkpoint.ask("/collect")).endsWith(" blocks");
    return Long.parseLong(checkpoint.ask("/full-collection"));
  }

  @OnEachJdk
  void memoryIsGivenBackWhereTheLimitIsLower(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).vm("-Xmx256m");
    Checkpoint checkpoint = jvm.checkpoint("at=http:" + jvm.url());
    RunningProcess free = checkpoint.restore();
    long heap = heapAfterwards(checkpoint);
    assertThat(free.terminate()).isEqualTo(143);
    try (ControlGroup group = ControlGroup.of("memory").limitMemory(224 * MIB)) {
      RunningProcess restored =
          checkpoint.await(
              restore(checkpoint, "--no-fallback").wrappedIn(group.enter()).start("restore"));
      assertThat(heapAfterwards(checkpoint)).isLessThan(heap);
      // G1 gives memory back a little later, in a thread of its own.
      Await.until(
          RunningProcess.LIMIT,
          "100 MiB that the kernel has again",
          () -> kibibytes(restored, "VmHWM") - kibibytes(restored, "VmRSS") > 100 << 10,
          restored::describe);
      assertThat(group.killed()).isZero();
      assertThat(restored.terminate()).isEqualTo(143);
    }
  }

  private static long least(Checkpoint checkpoint) throws Exception {
    Map<?, ?> image = (Map<?, ?>) Json.parse(checkpoint.inspected("--json"));
    return ((Number) ((Map<?, ?>) image.get("needs")).get("memory")).longValue();
  }

  /** Checks that nothing is killed on either side of the need that {@code inspect} names. */
  @OnEachJdk
  void theLeastMemoryIsEnoughAndLessStartsNormally(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    long least = least(checkpoint);
    try (ControlGroup group = ControlGroup.of("memory").limitMemory(least + MIB)) {
      RunningProcess restored =
          checkpoint.await(
              restore(checkpoint, "--no-fallback").wrappedIn(group.enter()).start("restore"));
      assertThat(checkpoint.ask("/count")).isNotEmpty();
      assertThat(checkpoint.ask("/full-collection")).isNotEmpty();
      assertThat(checkpoint.ask("/count")).isNotEmpty();
      assertThat(restored.terminate()).isEqualTo(143);
      group.limitMemory(least - MIB);
      RunningProcess normal =
          restore(checkpoint, "--fallback", "echo normally").wrappedIn(group.enter()).run("normal");
      assertThat(normal.awaitExit()).as(normal::describe).isZero();
      assertThat(normal.stdout()).isEqualTo("normally\n");
      assertThat(normal.stderr()).contains("the memory limit is ", "; starting the application");
      assertThat(group.killed()).isZero();
    }
  }

  private static String vmOption(Checkpoint checkpoint, String name) throws IOException {
    return checkpoint.ask("/vm-option?name=" + name);
  }

  @OnEachJdk
  @Tag("core")
  void memoryLimitBelowWhatIsCopiedStartsNormally(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    try (ControlGroup group = ControlGroup.of("memory").limitMemory(4 * MIB)) {
      String limit = "the memory limit is 4 MiB (" + group.memoryFile() + "), the image needs ";
      RunningProcess refused =
          restore(checkpoint, "--no-fallback").wrappedIn(group.enter()).run("refused");
      assertThat(refused.awaitExit()).isEqualTo(124);
      assertThat(refused.messages()).hasSize(1);
      assertThat(refused.stderr()).contains(limit).endsWith(" MiB at once; allow more\n");
      RunningProcess normal =
          restore(checkpoint, "--fallback", "echo normally").wrappedIn(group.enter()).run("normal");
      assertThat(normal.awaitExit()).isZero();
      assertThat(normal.stdout()).isEqualTo("normally\n");
      assertThat(normal.stderr()).contains(limit, "; starting the application normally");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "--as=200000000, 'address space (RLIMIT_AS, ulimit -v) is 195312 KiB, the image needs '",
    "--data=20480000, 'data (RLIMIT_DATA, ulimit -d) is 20000 KiB, the image needs '",
    "--stack=65536, 'stacks (RLIMIT_STACK, ulimit -s) is 64 KiB, the image needs '",
    "--fsize=4096, 'shared memory included (RLIMIT_FSIZE, ulimit -f) is 4 KiB, the image needs '",
    "--memlock=16384, 'memory (RLIMIT_MEMLOCK, ulimit -l) is 16 KiB, the image needs 64 KiB'",
    "--nofile=12, 'open files (ulimit -Hn) is 12, the image needs '",
    "--nproc=1, 'processes and threads (RLIMIT_NPROC, ulimit -u) is 1'",
  })
  void lowerLimitIsNamedBeforeTheRestore(String limit, String message) throws Exception {
    for (Jdk jdk : Jdk.all()) {
      Checkpoint checkpoint = IMAGE.of(jdk);
      RunningProcess refused =
          limited(checkpoint, limit, "--no-fallback").run("refused" + jdk.major());
      assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(124);
      assertThat(refused.messages()).hasSize(1);
      assertThat(refused.stderr()).contains(message, "; raise it");
      assertThat(refused.stdout()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "--as=200000000, Max address space +200000000 +200000000 .*",
    "--nofile=12:14, Max open files +12 +14 .*",
    "--memlock=16384, Max locked memory +16384 +16384 .*",
    "--nproc=1, Max processes +1 +1 .*",
  })
  void lowerLimitStartsNormallyWithTheSameLimit(String limit, String line) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess normal =
        limited(checkpoint, limit, "--fallback", "exec cat /proc/self/limits #").run("normal");
    assertThat(normal.awaitExit()).as(normal::describe).isZero();
    assertThat(normal.stderr()).contains("cannot restore").hasLineCount(1);
    assertThat(normal.stdout().lines()).anyMatch(text -> text.matches(line));
  }

  @OnEachJdk
  void limitsThatSufficeAreKept(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess restored =
        checkpoint.await(
            limited(checkpoint, "--stack=1048576 --memlock=65536", "--no-fallback")
                .start("restore"));
    assertThat(restored.status("VmLck")).isEqualTo("64 kB");
    assertThat(checkpoint.ask("/collect")).endsWith(" blocks");
    assertThat(limits(restored))
        .anyMatch(line -> line.matches("Max stack size +1048576 +1048576 .*"))
        .anyMatch(line -> line.matches("Max locked memory +65536 +65536 .*"));
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static List<String> limits(RunningProcess process) throws IOException {
    return Files.readAllLines(ProcFile.of(process.pid(), "limits"));
  }
}
