package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code crjvm java} runs whatever java runs, from the first start on and without a message. */
@BesideOthers
@Tag("variant")
class PlainJavaIT {
  private static final List<String> TOOL =
      List.of("-m", "jdk.compiler/com.sun.tools.javac.Main", "-version");
  private static final int STARTS = 3;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private JavaCache cache;
  private Path folder;

  @BeforeEach
  void makeFolders() throws IOException {
    cache = JavaCache.make(BENCH);
    folder = BENCH.newFolder("work");
  }

  /** Returns options of the JVM that write a file named "written" about the run. */
  static List<Arguments> writers() {
    List<Arguments> all = new ArrayList<>();
    for (Jdk jdk : Jdk.all()) {
      all.add(Arguments.of(jdk, List.of("-XX:ArchiveClassesAtExit=written")));
      all.add(Arguments.of(jdk, List.of("-XX:DumpLoadedClassList=written")));
      all.add(Arguments.of(jdk, List.of("-XX:StartFlightRecording=filename=written")));
    }
    Jdk newest = Jdk.all().get(Jdk.all().size() - 1);
    all.add(
        Arguments.of(
            newest, List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=written")));
    all.add(Arguments.of(newest, List.of("-XX:AOTCacheOutput=written")));
    all.add(Arguments.of(newest, List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=written")));
    return all;
  }

  @Matrix(parts = 4)
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("writers")
  void whatTheJvmWritesOfARunIsWritten(Jdk jdk, List<String> options) throws Exception {
    jdk.require();
    Path written = folder.resolve("written");
    RunningProcess plain =
        new Command(BENCH, folder).add(jdk.java()).add(options).add(TOOL).run("plain");
    assertThat(plain.awaitExit()).as(plain::describe).isZero();
    assertThat(written).isNotEmptyFile();
    for (int i = 0; i < STARTS; i++) {
      Files.delete(written);
      RunningProcess run =
          cache.crjvm(jdk, folder, "java").add(options).add(TOOL).run("crjvm-java");
      assertThat(run.awaitExit()).as(run::describe).isZero();
      assertThat(run.stdout().lines().count()).isEqualTo(plain.stdout().lines().count());
      assertThat(withoutTimes(run.stderr())).isEqualTo(withoutTimes(plain.stderr()));
      assertThat(written).isNotEmptyFile();
    }
    assertThat(cache.files("maker\\.\\d+")).isEmpty();
  }

  private static String withoutTimes(String text) {
    return text.replaceAll("\\d+", "N");
  }

  /** Uses an option at which the JVM ends before an agent could begin. */
  @Test
  void whatJavaRefusesIsNotTriedAgainAndAgain() throws Exception {
    Jdk jdk = Jdk.any();
    RunningProcess plain =
        new Command(BENCH, folder).add(jdk.java(), "-XX:+NoSuchOption").add(TOOL).run("plain");
    assertThat(plain.awaitExit()).isEqualTo(1);
    for (int i = 0; i < 2 * STARTS; i++) {
      RunningProcess run =
          cache.crjvm(jdk, folder, "java", "-XX:+NoSuchOption").add(TOOL).run("refused");
      assertThat(run.awaitExit()).as(run::describe).isEqualTo(1);
      assertThat(run.stdout()).isEqualTo(plain.stdout());
      assertThat(run.stderr()).isEqualTo(plain.stderr());
    }
    assertThat(cache.files("maker\\.\\d+")).hasSize(2);
    assertThat(cache.list(jdk)).contains("this java ends before the agent has begun");
  }

  @Test
  void limitedModulesAreJavasBusiness() throws Exception {
    Jdk jdk = Jdk.any();
    for (int i = 0; i < STARTS; i++) {
      RunningProcess run =
          cache
              .crjvm(jdk, folder, "java", "--limit-modules", "jdk.compiler")
              .add(TOOL)
              .run("limited");
      assertThat(run.awaitExit()).as(run::describe).isZero();
      assertThat(run.stdout()).startsWith("javac ");
      assertThat(run.stderr()).isEmpty();
    }
  }

  @OnEachJdk
  void runtimesOfJlinksAreStartedWhateverTheyLack(Jdk jdk) throws Exception {
    Path agentless = link(jdk, "jdk.httpserver");
    assertPlain(jdk, agentless, "has no module java.instrument");
    Path partial = link(jdk, "jdk.httpserver,java.instrument");
    assertPlain(jdk, partial, "lacks the module java.logging, java.management, jdk.management");
    Path whole = link(jdk, "jdk.httpserver,java.instrument,java.logging,jdk.management");
    TestJvm jvm = new TestJvm(BENCH, jdk);
    RunningProcess first = start(jvm, whole, "first");
    cache.awaitImages(1, first);
    assertThat(first.terminate()).isEqualTo(143);
    RunningProcess second = start(jvm, whole, "second");
    assertThat(JavaCache.isRestored(second)).as(second::describe).isTrue();
  }

  private Path link(Jdk jdk, String modules) throws Exception {
    Path runtime = folder.resolve(modules.replace(',', '-'));
    RunningProcess jlink =
        new Command(BENCH, folder)
            .add(jdk.require().tool("jlink"), "--add-modules", modules, "--output", runtime)
            .run("jlink");
    assertThat(jlink.awaitExit()).as(jlink::describe).isZero();
    return runtime;
  }

  private void assertPlain(Jdk jdk, Path runtime, String reason) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    for (int i = 0; i < STARTS; i++) {
      RunningProcess process = start(jvm, runtime, "plain");
      assertThat(JavaCache.isRestored(process)).isFalse();
      assertThat(process.terminate()).as(process::describe).isEqualTo(143);
      assertThat(process.stderr()).isEmpty();
    }
    RunningProcess debug = command(jvm, runtime).with("CRJVM_DEBUG", "1").start("debug");
    Http.awaitAnswer(debug, jvm.port(), "/");
    assertThat(debug.stderr()).contains("crjvm: java: plain java: ").contains(reason);
    assertThat(debug.terminate()).isEqualTo(143);
  }

  private RunningProcess start(TestJvm jvm, Path runtime, String name) throws IOException {
    RunningProcess process = command(jvm, runtime).start(name);
    Http.awaitAnswer(process, jvm.port(), "/");
    return process;
  }

  private Command command(TestJvm jvm, Path runtime) {
    List<String> words = jvm.plainCommand().words();
    return cache
        .crjvm(jvm.jdk(), jvm.folder(), "java")
        .add(words.subList(1, words.size()))
        .with("JAVA_HOME", runtime.toString());
  }
}
