package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.ClockOffset;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Time continues in a restored process as if none had passed, whatever the machine's clock says.
 */
@ResourceLock(CapabilityWatch.RESOURCE)
@Tag("variant")
@BesideOthers
class ClocksIT {
  /**
   * The time for which the application waits in every way. The waits last beyond the checkpoint of
   * a restored process.
   */
  private static final int SECONDS = 25;

  /** The same for waits that begin after the restore. */
  private static final int NEW_SECONDS = 3;

  /** The longest delay that a busy machine may cause. It is far less than any of the offsets. */
  private static final long LATE = TimeUnit.SECONDS.toNanos(60);

  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

  /** The unit of the times in /proc/PID/stat. */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(10);

  /** The pool complains about a delay of half this time. */
  private static final int HOUSEKEEPING_MS = 15_000;

  private static final Pattern VALUE = Pattern.compile("\"value\":([0-9.E]+)");
  private static final String APPLICATION = "crjvm.it.app.ClockApplication";
  private static final Duration LIMIT = Duration.ofSeconds(SECONDS + 90);

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** A restored process under one of the clocks. */
  private record Copy(ClockOffset offset, int port, RunningProcess process) {
    /** Returns the JVM's process id. With a time namespace, the JVM is a child of the process. */
    long pid() {
      return offset == ClockOffset.NONE
          ? process.pid()
          : process.process().children().findFirst().orElseThrow().pid();
    }

    List<String[]> ask(String path) throws IOException {
      return Http.ask(port, path).lines().map(line -> line.split("\t", -1)).toList();
    }
  }

  private static Copy restore(TestJvm jvm, Path image, ClockOffset offset) throws IOException {
    int port = FreePort.find();
    return restore(jvm, image, offset, port, "--listen", jvm.port() + "=" + port);
  }

  private static Copy restore(
      TestJvm jvm, Path image, ClockOffset offset, int port, Object... options) throws IOException {
    Command command =
        new Command(BENCH, jvm.folder())
            .add(offset.prefix(), BENCH.launcher(), "run", "--no-fallback", "--image", image)
            .add(options);
    Copy copy = new Copy(offset, port, command.start("restore-" + offset));
    Http.awaitAnswer(copy.process(), port, "/");
    return copy;
  }

  @OnEachJdk
  @Tag("core")
  void everyWaitGoesByTheContinuedClock(Jdk jdk) throws Exception {
    ClockOffset.MINUS_200_SECONDS.require();
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).withAllCompilers();
    Path library = BENCH.waitLibrary(jdk);
    Path late = Files.copy(library, jvm.folder().resolve("late.so"));
    jvm.vm("-Dcrjvm.it.native=" + library, "-Dcrjvm.it.late=" + late)
        .main("-cp", classPath(), APPLICATION)
        .arguments("--seconds", Integer.toString(SECONDS));
    jvm.checkpoint("at=api,quiet=off");
    Path second = checkpointOfARestoredProcess(jvm);

    List<Copy> copies = new ArrayList<>();
    for (ClockOffset offset : ClockOffset.values()) {
      copies.add(restore(jvm, jvm.image(), offset));
    }
    for (Copy copy : copies) {
      assertThat(Http.ask(copy.port(), "/sleep?" + NEW_SECONDS)).isEqualTo("begun");
    }
    Copy twice = restore(jvm, second, ClockOffset.MINUS_200_SECONDS);
    for (Copy copy : copies) {
      assertSleepers(copy, "/new-sleepers", Long.MIN_VALUE);
      assertContinuity(copy, 1);
    }
    assertContinuity(twice, 2);
    copies.add(twice);
    for (Copy copy : copies) {
      assertClocks(copy);
      assertSleepers(copy, "/sleepers", endOfTheLastCheckpoint(copy));
      assertTickers(copy);
    }
  }

  private static String classPath() throws IOException {
    return Stream.of(BENCH.application(), BENCH.library("crac"), BENCH.library("caffeine"))
        .map(Path::toString)
        .collect(Collectors.joining(":"));
  }

  private static Path checkpointOfARestoredProcess(TestJvm jvm) throws Exception {
    Path image = jvm.folder().resolve("second");
    Copy copy =
        restore(jvm, jvm.image(), ClockOffset.PLUS_AN_HOUR, jvm.port(), "-Dcrjvm.image=" + image);
    assertThat(Http.ask(copy.port(), "/checkpoint")).isEqualTo("asked");
    assertThat(copy.process().awaitExit()).as(copy.process()::describe).isZero();
    return image;
  }

  /**
   * Checks that HikariCP, which looks for leaps of the clock, and Caffeine, which drops old entries
   * by the clock, notice nothing.
   */
  @Test
  void poolsAndCachesNoticeNothing() throws Exception {
    ClockOffset.MINUS_200_SECONDS.require();
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).withAllCompilers();
    jvm.vm("-Xmx256m", "-Dcom.zaxxer.hikari.housekeeping.periodMs=" + HOUSEKEEPING_MS)
        .main("-jar", BENCH.copyOf("examples/clinic/target/clinic.jar").toString())
        .arguments("--server.port=" + jvm.port(), "--logging.level.com.zaxxer.hikari=debug");
    jvm.checkpoint("at=http:" + jvm.url() + ",warmup=" + jvm.url() + "*2,quiet=off");
    List<Copy> copies = new ArrayList<>();
    for (ClockOffset offset : ClockOffset.values()) {
      Copy copy = restore(jvm, jvm.image(), offset);
      copies.add(copy);
      double misses = cacheReads(copy, "miss");
      double hits = cacheReads(copy, "hit");
      assertThat(Http.ask(copy.port(), "/")).contains("Lindenhof Clinic");
      assertThat(cacheReads(copy, "miss")).as("misses, %s", offset).isEqualTo(misses);
      assertThat(cacheReads(copy, "hit")).as("hits, %s", offset).isGreaterThan(hits);
    }
    for (Copy copy : copies) {
      copy.process().awaitOutput("clinic-pool - Pool stats");
      assertThat(copy.process().stdout())
          .doesNotContainIgnoringCase("clock leap")
          .doesNotContainIgnoringCase("clock change");
    }
  }

  /**
   * Returns a counter of the clinic's cache, whose values were computed during the warm-up and are
   * kept for 10 minutes.
   */
  private static double cacheReads(Copy copy, String result) throws IOException {
    String path = "/actuator/metrics/cache.gets?tag=cache:statistics&tag=result:" + result;
    String answer = Http.ask(copy.port(), path);
    Matcher value = VALUE.matcher(answer);
    assertThat(value.find()).as(answer).isTrue();
    return Double.parseDouble(value.group(1));
  }

  /**
   * Checks that no wait has ended before its time on its clock, or much later, or for another
   * reason.
   */
  private static void assertSleepers(Copy copy, String path, long wokenAfter) throws IOException {
    Await.until(
        LIMIT,
        "the end of all waits with the offset " + copy.offset(),
        () -> copy.ask(path).stream().noneMatch(line -> line[5].equals("waiting")),
        () -> unfinished(copy, path) + copy.process().describe());
    List<String[]> lines = copy.ask(path);
    assertThat(lines).hasSizeGreaterThan(50);
    for (String[] line : lines) {
      String name = copy.offset() + ": " + line[4];
      long asked = Long.parseLong(line[1]);
      // The time of day comes in milliseconds.
      long least = line[0].equals("WALL") ? asked - MILLISECOND : asked;
      assertThat(line[5]).as(name).isEqualTo("ok");
      assertThat(Long.parseLong(line[2])).as(name).isBetween(least, asked + LATE);
      if (line[0].equals("CONTINUED")) {
        assertThat(Long.parseLong(line[3])).as(name + " woke").isGreaterThan(wokenAfter);
      }
    }
  }

  private static String unfinished(Copy copy, String path) {
    try {
      return copy.ask(path).stream()
          .filter(line -> line[5].equals("waiting"))
          .map(line -> line[4] + "\n")
          .collect(Collectors.joining());
    } catch (IOException e) {
      return e + "\n";
    }
  }

  /** Checks that nanoTime continues across each checkpoint. */
  private static void assertContinuity(Copy copy, int checkpoints) throws IOException {
    List<String[]> lines = copy.ask("/checkpoints");
    assertThat(lines).hasSize(checkpoints);
    for (String[] line : lines) {
      assertThat(Long.parseLong(line[1]) - Long.parseLong(line[0]))
          .as("nanoTime across the checkpoint, with the offset " + copy.offset())
          .isBetween(0L, LATE);
    }
  }

  private static long endOfTheLastCheckpoint(Copy copy) throws IOException {
    List<String[]> lines = copy.ask("/checkpoints");
    return Long.parseLong(lines.get(lines.size() - 1)[1]);
  }

  /** Checks that the tasks are neither stuck nor catching up. */
  private static void assertTickers(Copy copy) throws IOException {
    Map<String, Long> before = new HashMap<>();
    for (String[] line : copy.ask("/tickers")) {
      before.put(line[3], Long.parseLong(line[0]));
    }
    Await.until(
        LIMIT,
        "ticks with the offset " + copy.offset(),
        () ->
            copy.ask("/tickers").stream()
                .allMatch(line -> Long.parseLong(line[0]) >= before.get(line[3]) + 5));
    for (String[] line : copy.ask("/tickers")) {
      String name = copy.offset() + ": " + line[3];
      assertThat(Long.parseLong(line[0])).as(name).isLessThanOrEqualTo(Long.parseLong(line[1]));
      assertThat(Long.parseLong(line[2])).as(name + ", longest gap").isLessThan(LATE);
    }
  }

  /**
   * Checks that the time of day and the CPU times are the machine's, and that Java and native code
   * agree.
   */
  private static void assertClocks(Copy copy) throws Exception {
    boolean shifted = copy.offset() != ClockOffset.NONE;
    assertThat(timeNamespace(copy.pid()).equals(timeNamespace(ProcessHandle.current().pid())))
        .isNotEqualTo(shifted);
    long wallBefore = System.currentTimeMillis() * MILLISECOND;
    long cpuBefore = cpuTime(copy.pid());
    Map<String, Long> time = new HashMap<>();
    for (String line : Http.ask(copy.port(), "/time").lines().toList()) {
      String[] words = line.split("=", 2);
      time.put(words[0], Long.parseLong(words[1]));
    }
    long cpuAfter = cpuTime(copy.pid());
    long wallAfter = (System.currentTimeMillis() + 1) * MILLISECOND;
    assertThat(time.get("wall")).isBetween(wallBefore, wallAfter);
    assertThat(time.get("native-wall")).isBetween(wallBefore, wallAfter);
    assertThat(time.get("nano")).isBetween(time.get("monotonic"), time.get("monotonic-again"));
    assertThat(time.get("uptime")).isBetween(0L, TimeUnit.MINUTES.toNanos(10));
    assertThat(time.get("process-cpu")).isBetween(cpuBefore - 2 * TICK, cpuAfter + 2 * TICK);
    assertThat(time.get("native-process-cpu")).isBetween(cpuBefore - 2 * TICK, cpuAfter + 2 * TICK);
    assertThat(time.get("thread-cpu")).isBetween(1L, time.get("native-thread-cpu"));
    assertThat(time.get("native-thread-cpu")).isLessThan(cpuAfter + 2 * TICK);
  }

  private static Path timeNamespace(long pid) throws IOException {
    return Files.readSymbolicLink(ProcFile.of(pid, "ns/time"));
  }

  /** Returns the CPU time in user and in kernel mode, from /proc/PID/stat. */
  private static long cpuTime(long pid) throws IOException {
    String[] words = ProcFile.stat(pid);
    return (Long.parseLong(words[11]) + Long.parseLong(words[12])) * TICK;
  }
}
