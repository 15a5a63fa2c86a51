package crjvm.it.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.framework.Framework;
import crjvm.it.framework.FrameworkRun;
import crjvm.it.image.Stress;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.CompatibilityTable;
import crjvm.it.matrix.Matrix;
import crjvm.it.restore.GateChecks;
import crjvm.it.store.StoreRun;
import crjvm.it.tool.ToolChecks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every JDK that crjvm supports, with the features that differ between JDKs. An image is made and
 * restored, and the restored process answers as a normal start of the same JDK does. A feature that
 * a JDK lacks is a row, too, and so is one that gets no image, with the reason.
 *
 * <p>To add a JDK, change {@link Jdk} and {@code it/jdks/setup}. {@code
 * CRJVM_WRITE_COMPATIBILITY=1} writes its rows into docs/compatibility.md. {@code
 * -Dcrjvm.it.jdks='JDK 27, Serial'} tests only the rows that begin with this regular expression.
 */
@BesideOthers
@Tag("jdk")
class JdksIT {
  private static final String RUNS = "runs";
  private static final String NONE = "the JDK has none";
  private static final int REQUESTS = 20;
  private static final int TERMINATED = 143;
  private static final Pattern REFUSAL =
      Pattern.compile("^crjvm: (?:checkpoint failed|no checkpoint will be made): ([^;]*).*");
  private static final Pattern FLAG = Pattern.compile("-XX:([+-]?)(\\w+)=?(\\w*)");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @RegisterExtension static final CompatibilityTable TABLE = new CompatibilityTable("jdks");

  private static final Map<Jdk, Map<String, String>> NORMAL_ANSWERS = new HashMap<>();

  /** A test that returns what it has seen, or fails. */
  private interface Trial {
    String see(Jdk jdk) throws Exception;
  }

  /** A row of each JDK's table. */
  private record Row(String name, Trial trial) {
    boolean isChosen(Jdk jdk) {
      String chosen = System.getProperty("crjvm.it.jdks", "");
      return (jdk + ", " + name).matches(chosen + ".*");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** The reason why there is no image. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;

    Refused(String reason) {
      super(reason);
    }
  }

  private static final String README = "the README's commands";

  private static final List<Row> ROWS =
      List.of(
          new Row(README, JdksIT::theCommandsOfTheReadme),
          new Row("Serial", jdk -> underStress(jdk, "-XX:+UseSerialGC")),
          new Row("Parallel", jdk -> underStress(jdk, "-XX:+UseParallelGC")),
          new Row("G1", jdk -> underStress(jdk, "-XX:+UseG1GC")),
          new Row("ZGC of one generation", JdksIT::simpleZ),
          new Row("ZGC, generational", JdksIT::generationalZ),
          new Row("Shenandoah of one generation", jdk -> shenandoah(jdk, "satb")),
          new Row("Shenandoah, generational", jdk -> shenandoah(jdk, "generational")),
          new Row(
              "compact object headers", jdk -> underStress(jdk, "-XX:+UseCompactObjectHeaders")),
          new Row(
              "compact object headers off",
              jdk -> underStress(jdk, "-XX:-UseCompactObjectHeaders")),
          new Row("a CDS archive in use", JdksIT::archive),
          new Row("an AOT cache in use; `crjvm checkpoint PID`", JdksIT::linkedCache),
          new Row("an AOT cache in use (`-XX:-AOTClassLinking`)", JdksIT::unlinkedCache),
          new Row("virtual threads at the gate", JdksIT::virtualThreads),
          new Row("`portable=v2`", JdksIT::portable),
          new Row("a tool (`at=main,train=FILE`)", JdksIT::tool),
          new Row("files outside of the image", JdksIT::files),
          new Row("Jetty embedded", JdksIT::framework));

  /** Returns the rows of a JDK. An early-access JDK changes all the time, so it has one row. */
  private static List<Row> rows(Jdk jdk) {
    return ROWS.stream()
        .filter(row -> !jdk.isEarlyAccess() || row.name().equals(README))
        .filter(row -> row.isChosen(jdk))
        .toList();
  }

  private static List<Jdk> jdks() {
    return Stream.concat(Jdk.releases().stream(), Stream.of(Jdk.earlyAccess())).toList();
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Jdk jdk : jdks()) {
      if (jdk.isThere() || !jdk.isEarlyAccess()) {
        rows(jdk).forEach(row -> cases.add(Arguments.of(jdk, row)));
      }
    }
    return cases.stream();
  }

  @BeforeAll
  static void noteWhatIsLeftOut() {
    for (Jdk jdk : jdks()) {
      for (Row row : ROWS) {
        if (!jdk.isThere() || !row.isChosen(jdk)) {
          TABLE.absent(jdk, row);
        }
      }
    }
  }

  @Matrix(parts = 4)
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void imageRunsAsTheJdkDoes(Jdk jdk, Row row) throws Exception {
    String seen;
    try {
      seen = row.trial().see(jdk.require());
    } catch (Refused e) {
      seen = "refused: " + e.getMessage();
    }
    TABLE.add(seen, jdk, row);
  }

  /** Uses all defaults, and a warm-up. */
  private static String theCommandsOfTheReadme(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers();
    Checkpoint checkpoint = checkpoint(jvm, "warmup=" + jvm.url() + "count*" + REQUESTS);
    return end(checkpoint, restored(checkpoint));
  }

  /** Runs the exercises that are hard on memory, before the checkpoint and after the restore. */
  private static String underStress(Jdk jdk, String... options) throws Exception {
    if (!jdk.accepts(List.of(options))) {
      return NONE;
    }
    TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers().vm(options).withExercises();
    String warmUp = warmUp(jvm) + ";" + jvm.url() + "exercise?name=heap*2";
    Checkpoint checkpoint = checkpoint(jvm, warmUp);
    RunningProcess restored = restored(checkpoint);
    for (String option : options) {
      assertHolds(checkpoint, option);
    }
    Stress.run(checkpoint, restored, Duration.ZERO);
    return end(checkpoint, restored);
  }

  private static void assertHolds(Checkpoint checkpoint, String option) throws Exception {
    Matcher flag = FLAG.matcher(option);
    assertThat(flag.matches()).as(option).isTrue();
    String isOn = Boolean.toString(flag.group(1).equals("+"));
    assertThat(checkpoint.ask("/vm-option?name=" + flag.group(2)))
        .isEqualTo(flag.group(1).isEmpty() ? flag.group(3) : isOn);
  }

  private static String simpleZ(Jdk jdk) throws Exception {
    return jdk.major() < 21
        ? underStress(jdk, "-XX:+UseZGC")
        : underStress(jdk, "-XX:+UseZGC", "-XX:-ZGenerational");
  }

  /** Uses generational ZGC, which is the only ZGC since JDK 24. */
  private static String generationalZ(Jdk jdk) throws Exception {
    return jdk.major() >= 24
        ? underStress(jdk, "-XX:+UseZGC")
        : underStress(jdk, "-XX:+UseZGC", "-XX:+ZGenerational");
  }

  private static String shenandoah(Jdk jdk, String mode) throws Exception {
    return underStress(jdk, "-XX:+UseShenandoahGC", "-XX:ShenandoahGCMode=" + mode);
  }

  private static String archive(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers();
    Path archive = jvm.folder().resolve("application.jsa");
    makeByARun(jdk, archive, List.of("-XX:ArchiveClassesAtExit=" + archive));
    jvm.vm("-XX:SharedArchiveFile=" + archive, "-Xshare:on");
    Checkpoint checkpoint = checkpoint(jvm, warmUp(jvm));
    assertThat(checkpoint.inspected()).contains(archive.toString());
    return end(checkpoint, restored(checkpoint));
  }

  /**
   * Uses a cache with linked classes. HotSpot takes such a cache only if there is no agent from the
   * start.
   */
  private static String linkedCache(Jdk jdk) throws Exception {
    if (!hasCaches(jdk)) {
      return NONE;
    }
    TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers();
    Path cache = cache(jvm, List.of());
    RunningProcess process = jvm.plainCommand().start("original");
    Http.awaitAnswer(process, jvm.port(), "/");
    for (int i = 0; i < REQUESTS; i++) {
      Http.ask(jvm.port(), "/count");
    }
    RunningProcess asked =
        new Command(BENCH, jvm.folder())
            .add(BENCH.launcher(), "checkpoint", "--stop", "--image", jvm.image(), process.pid())
            .with("JAVA_HOME", jdk.home().toString())
            .run("asked");
    if (asked.awaitExit() != 0) {
      throw new Refused(refusal(process).orElseGet(asked::stderr));
    }
    Checkpoint checkpoint = jvm.checkpoint(process);
    assertThat(checkpoint.inspected()).contains(cache.toString());
    return end(checkpoint, restored(checkpoint));
  }

  private static String unlinkedCache(Jdk jdk) throws Exception {
    if (!hasCaches(jdk)) {
      return NONE;
    }
    TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers();
    Path cache = cache(jvm, List.of("-XX:-AOTClassLinking"));
    Checkpoint checkpoint = checkpoint(jvm, warmUp(jvm));
    assertThat(checkpoint.inspected()).contains(cache.toString());
    return end(checkpoint, restored(checkpoint));
  }

  private static boolean hasCaches(Jdk jdk) {
    return jdk.accepts(List.of("-XX:AOTMode=auto"));
  }

  /** Makes a cache of the application, and checks that the JVM uses it. */
  private static Path cache(TestJvm jvm, List<String> options) throws Exception {
    Path cache = jvm.folder().resolve("application.aot");
    List<String> training = new ArrayList<>(List.of("-XX:AOTCacheOutput=" + cache));
    training.addAll(options);
    makeByARun(jvm.jdk(), cache, training);
    jvm.vm("-XX:AOTCache=" + cache).vm(options);
    return cache;
  }

  /** Makes a cache that the JVM writes when it ends. */
  private static void makeByARun(Jdk jdk, Path file, List<String> options) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers().vm(options);
    RunningProcess run = jvm.plainCommand().start("training");
    Http.awaitAnswer(run, jvm.port(), "/count");
    Http.ask(jvm.port(), "/exit?status=0");
    assertThat(run.awaitExit()).as(run::describe).isZero();
    assertThat(file).as(run.describe()).exists();
  }

  private static String virtualThreads(Jdk jdk) throws Exception {
    if (jdk.major() < 21) {
      return NONE;
    }
    TestJvm jvm = GateChecks.jvm(BENCH, jdk, "--virtual");
    checkpoint(jvm, GateChecks.OPTIONS);
    RunningProcess restored =
        GateChecks.restore(BENCH, jvm, jvm.image(), "virtual").start("virtual");
    GateChecks.assertSteps(jdk, restored, "virtual");
    Workbench.delete(jvm.image());
    return RUNS;
  }

  private static String portable(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers();
    String compute = ";" + jvm.url() + "compute*200";
    Checkpoint checkpoint = checkpoint(jvm, warmUp(jvm) + compute + ",portable=v2");
    assertThat(Files.readAllLines(jvm.image().resolve("manifest"))).contains("portable=v2");
    return end(checkpoint, restored(checkpoint));
  }

  private static String tool(Jdk jdk) throws Exception {
    TestJvm tool = ToolChecks.tool(BENCH, jdk);
    Path input = ToolChecks.file(tool.folder(), "input", "one\ntwo\n");
    Path training =
        ToolChecks.training(tool, "state a", "exit 3", "stdin=input input", "settings", "pool");
    Checkpoint checkpoint = checkpoint(tool, "at=main,train=" + training + ",train-limit=1s");
    assertThat(checkpoint.process().stderr())
        .contains("crjvm: self-check: 5 command lines behave the same restored");
    ToolChecks.assertSame(checkpoint, input, 0, "state", "x", "");
    ToolChecks.assertSame(checkpoint, input, 0, "input");
    ToolChecks.assertSame(checkpoint, input, 7, "exit", "7");
    Workbench.delete(checkpoint.image());
    return RUNS;
  }

  private static String framework(Jdk jdk) throws Exception {
    Framework jetty = new Framework("Jetty embedded", "jetty").java("-Dport=PORT").says("stopped");
    new FrameworkRun(BENCH, jetty, jdk).copiesServeAsTheNormalStart();
    return RUNS;
  }

  /**
   * Has a copy write files, once through streams and once through channels. The next start is then
   * a normal one.
   */
  private static String files(Jdk jdk) throws Exception {
    for (String style : List.of("journal", "replaced")) {
      StoreRun store = new StoreRun(BENCH, jdk, style);
      RunningProcess first = store.start("train=off");
      assertThat(store.jvm().checkpoint(first).process().stderr()).doesNotContain(" lacks ");
      RunningProcess restored = store.run("--no-fallback");
      store.add("in-a-copy");
      assertThat(restored.terminate()).isEqualTo(TERMINATED);
      RunningProcess next = store.run();
      assertThat(next.stderr()).contains("the image is too old: ");
      assertThat(store.lines()).isEqualTo(store.added());
      assertThat(next.terminate()).isEqualTo(TERMINATED);
    }
    return RUNS;
  }

  /** Returns the options of a warm-up without a trial restore, which only the first row has. */
  private static String warmUp(TestJvm jvm) {
    return "at=http:" + jvm.url() + ",train=off,warmup=" + jvm.url() + "count*" + REQUESTS;
  }

  /** Makes an image, or throws the reason why there is none. */
  private static Checkpoint checkpoint(TestJvm jvm, String options) throws Exception {
    RunningProcess process = jvm.start(options);
    Await.until(
        RunningProcess.LIMIT,
        "an image, or the reason why there is none",
        () -> !process.isAlive() || refusal(process).isPresent(),
        process::describe);
    Optional<String> refusal = refusal(process);
    if (refusal.isPresent()) {
      throw new Refused(refusal.get());
    }
    return jvm.checkpoint(process);
  }

  private static Optional<String> refusal(RunningProcess process) {
    return process.messages().stream()
        .map(REFUSAL::matcher)
        .filter(Matcher::matches)
        .map(line -> line.group(1))
        .findFirst();
  }

  /**
   * Returns a restored process, after a check that it continues from the image and answers as a
   * normal start does.
   */
  private static RunningProcess restored(Checkpoint checkpoint) throws Exception {
    RunningProcess restored = checkpoint.restore();
    assertThat(JavaCache.isRestored(restored)).as(restored::describe).isTrue();
    int port = checkpoint.port();
    assertThat(Http.ask(port, "/count")).isEqualTo(Integer.toString(REQUESTS + 1));
    assertThat(answers(port)).isEqualTo(normalAnswers(checkpoint.jvm().jdk()));
    return restored;
  }

  private static String end(Checkpoint checkpoint, RunningProcess restored) throws Exception {
    checkpoint.ask("/collect");
    assertThat(restored.terminate()).as(restored::describe).isEqualTo(143);
    assertThat(restored.stdout()).isEqualTo("test application: stopped\n");
    assertThat(restored.stderr()).isEmpty();
    Workbench.delete(checkpoint.image());
    return RUNS;
  }

  private static Map<String, String> normalAnswers(Jdk jdk) throws Exception {
    Map<String, String> answers = NORMAL_ANSWERS.get(jdk);
    if (answers == null) {
      TestJvm jvm = new TestJvm(BENCH, jdk).withAllCompilers();
      RunningProcess normal = jvm.plainCommand().start("normal");
      Http.awaitAnswer(normal, jvm.port(), "/");
      answers = answers(jvm.port());
      assertThat(normal.terminate()).isEqualTo(143);
      NORMAL_ANSWERS.put(jdk, answers);
    }
    return answers;
  }

  private static Map<String, String> answers(int port) throws Exception {
    Map<String, String> answers = new LinkedHashMap<>();
    for (String path :
        List.of("/compute", "/locale", "/property?name=java.vm.version", "/child-env?name=LANG")) {
      answers.put(path, Http.ask(port, path));
    }
    return answers;
  }
}
