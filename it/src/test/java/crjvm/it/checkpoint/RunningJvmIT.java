package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Leftovers;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code crjvm checkpoint PID} makes images of JVMs that run already. */
@BesideOthers
@Tag("variant")
class RunningJvmIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Command ask(TestJvm jvm, Object... words) {
    return new Command(BENCH, jvm.folder())
        .add(BENCH.launcher(), "checkpoint")
        .add(words)
        .with("JAVA_HOME", jvm.jdk().home().toString());
  }

  /** Makes an image, which has to succeed. */
  private static void makeImage(TestJvm jvm, RunningProcess process, Object... options)
      throws Exception {
    RunningProcess asked = ask(jvm, process.pid()).add(options).run("checkpoint");
    assertThat(asked.awaitExit()).as(() -> asked.describe() + "\n" + process.describe()).isZero();
    assertThat(asked.stdout()).startsWith("image ready: \"").hasLineCount(1);
    assertThat(process.stderr()).contains("crjvm: " + asked.stdout());
  }

  private static RunningProcess list(TestJvm jvm, RunningProcess process, int status)
      throws Exception {
    RunningProcess asked = ask(jvm, "--list", process.pid()).run("list");
    assertThat(asked.awaitExit())
        .as(() -> asked.describe() + "\n" + process.describe())
        .isEqualTo(status);
    assertThat(asked.stderr()).isEmpty();
    assertThat(asked.stdout().lines()).allMatch(line -> line.matches("(in the way|to know): .*"));
    return asked;
  }

  private static RunningProcess restore(TestJvm jvm, Path image) throws IOException {
    RunningProcess restored =
        new Command(BENCH, jvm.folder())
            .add(BENCH.launcher(), "run", "--no-fallback", "--image", image)
            .start("restore");
    Http.awaitAnswer(restored, jvm.port(), "/");
    return restored;
  }

  private static RunningProcess started(TestJvm jvm, Command command) throws IOException {
    RunningProcess process = command.start("original");
    Http.awaitAnswer(process, jvm.port(), "/");
    return process;
  }

  private static void assertCount(TestJvm jvm, int count) throws IOException {
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo(Integer.toString(count));
  }

  @OnEachJdk
  @Tag("core")
  void jvmWithoutTheAgent(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    RunningProcess original = started(jvm, jvm.plainCommand());
    assertCount(jvm, 1);
    Http.ask(jvm.port(), "/random");
    assertThat(list(jvm, original, 0).stdout())
        .contains("to know: the agent came when the JVM was running: ")
        .contains("get no new seeds (1 java.util.Random); ");
    makeImage(jvm, original, "--image", "image"); // The path is relative to the caller's folder.
    assertCount(jvm, 2);
    assertThat(original.stderr())
        .contains("crjvm: the agent came when the JVM was running: ")
        .contains("get no new seeds (1 java.util.Random); ");
    assertThat(original.terminate()).isEqualTo(143);
    assertThat(original.stdout()).contains("test application: stopped");
    assertThat(original.stderr()).doesNotContain("no image was made");

    RunningProcess restored = restore(jvm, jvm.image());
    assertCount(jvm, 2);
    RunningProcess jcmd =
        new Command(BENCH, jvm.folder())
            .add(jdk.tool("jcmd"), restored.pid(), "Thread.print")
            .run("jcmd");
    assertThat(jcmd.awaitExit()).as(jcmd::describe).isZero();
    assertThat(jcmd.stdout()).contains("Attach Listener");

    Path next = jvm.folder().resolve("next");
    makeImage(jvm, restored, "--stop", "--image", next);
    assertThat(restored.awaitExit()).as(restored::describe).isZero();
    assertThat(restored.stdout()).doesNotContain("stopped");
    restore(jvm, next);
    assertCount(jvm, 3);
  }

  /**
   * Uses an agent whose options name another image and another end. The command decides about both.
   */
  @OnEachJdk
  void jvmWithTheAgent(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Path own = jvm.folder().resolve("own");
    RunningProcess original =
        started(jvm, jvm.command("at=api,then=exit,image=" + own + ",reseed=on"));
    assertCount(jvm, 1);
    makeImage(jvm, original, "--keep-running", "--image", jvm.image());
    assertCount(jvm, 2);
    assertThat(original.messages()).as(original::describe).hasSize(1);
    assertThat(own).doesNotExist();
    assertThat(original.terminate()).isEqualTo(143);
    assertThat(original.messages()).as(original::describe).hasSize(1);

    RunningProcess restored = restore(jvm, jvm.image());
    assertCount(jvm, 2);
    // A checkpoint that the application asks for follows the agent's own options.
    Http.ask(jvm.port(), "/checkpoint");
    assertThat(restored.awaitExit()).as(restored::describe).isZero();
    assertThat(own.resolve("manifest")).exists();
  }

  /**
   * Ends the process by SIGTERM. The application's threads are stopped while its last image is
   * written, but shutdown hooks still run.
   */
  @OnEachJdk
  void endThatIsAskedForWhileTheLastImageIsWritten(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    RunningProcess process = started(jvm, jvm.command("at=api,train=off"));
    RunningProcess asked = ask(jvm, process.pid(), "--stop").start("asked");
    AtomicReference<ProcessHandle> compiler = new AtomicReference<>();
    Await.until(
        RunningProcess.LIMIT,
        "the compiler",
        () -> {
          Leftovers.process("crjvm.Main compile", jvm.folder().toString()).ifPresent(compiler::set);
          return compiler.get() != null;
        },
        process::describe);
    RunningProcess.signal("STOP", compiler.get().pid());
    try {
      assertThat(process.terminate()).as(process::describe).isEqualTo(143);
    } finally {
      compiler.get().destroyForcibly();
    }
    assertThat(process.stdout()).contains("test application: stopped");
    assertThat(asked.awaitExit()).as(asked::describe).isEqualTo(1);
    assertThat(jvm.folder()).isEmptyDirectory();
  }

  @Test
  void settingsOfTheAgentThatIsThereStayAndAFailureLeavesNothing() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process =
        started(
            jvm, jvm.command("at=api,secrets=fail").with("DB_PASSWORD", "correct horse battery"));
    assertCount(jvm, 1);
    for (int i = 0; i < 2; i++) {
      RunningProcess asked = ask(jvm, process.pid(), "--stop").run("refused");
      assertThat(asked.awaitExit()).as(asked::describe).isEqualTo(1);
      assertThat(asked.stderr())
          .hasLineCount(1)
          .startsWith("crjvm: checkpoint failed: the image would hold what looks like secrets");
      assertThat(process.stderr()).contains(asked.stderr());
    }
    assertCount(jvm, 2);
    assertThat(jvm.folder()).isEmptyDirectory();
  }

  @OnEachJdk
  @Tag("core")
  void whatWouldBeLostIsListed(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Path written = jvm.folder().resolve("written");
    Path policies = BENCH.newFolder("policies").resolve("policies.yaml");
    Files.writeString(policies, "type: file\npath: " + written + "\naction: close\n");
    RunningProcess process =
        started(
            jvm,
            jvm.arguments("--written", written.toString())
                .command("at=api,policies=" + policies)
                .with("DB_PASSWORD", "correct horse battery"));
    String pid = Long.toString(process.pid());
    new Command(BENCH, jvm.folder())
        .add(jdk.tool("jcmd"), pid, "JFR.start", "name=flight")
        .run("jfr");
    String child = Http.ask(jvm.port(), "/child?seconds=100");
    assertThat(Http.ask(jvm.port(), "/recording?kind=stopped")).isEqualTo("ok");
    try (Socket connection = new Socket("localhost", jvm.port())) {
      assertCount(jvm, 1);
      List<String> lines = list(jvm, process, 1).stdout().lines().toList();
      String local = ":" + connection.getLocalPort() + " to ";
      assertThat(lines).filteredOn(line -> line.startsWith("in the way: ")).hasSize(2);
      for (List<String> parts :
          List.of(
              List.of("in the way: process " + child + " (\"", "sleep\"), started by"),
              List.of("in the way: the flight recording \"stopped one\" is stopped"),
              List.of("to know: the flight recording \"flight\" starts again"),
              List.of(
                  "to know: descriptor ",
                  " is a connection from ",
                  local,
                  " of crjvm.it.app.TestApplication; "),
              List.of("to know: descriptor ", written + "\", which the policies close"),
              List.of("to know: the image will hold what looks like secrets (environment DB_"))) {
        assertThat(lines)
            .as(parts.toString())
            .anyMatch(line -> parts.stream().allMatch(line::contains));
      }
    }
    assertThat(process.messages()).as(process::describe).isEmpty();
    assertCount(jvm, 2);
    assertThat(jvm.image()).doesNotExist();
  }

  /** Uses a helper that does not answer yet, to hold up the first checkpoint. */
  @Test
  void secondOneAtTheSameTimeIsRefused() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path folder = BENCH.newFolder("helper");
    Path helper = folder.resolve("helper");
    Files.writeString(
        helper,
        String.format(
            "#!/bin/sh%ncd %s%n: >begun%ni=0%n"
                + "until [ -e go ] || [ $i -gt 1200 ]; do sleep 0.1; i=$((i + 1)); done%n"
                + "exec %s \"$@\"%n",
            folder, Workbench.helper()));
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
    RunningProcess process = started(jvm, jvm.command("at=api,helper=" + helper));
    RunningProcess first = ask(jvm, process.pid(), "--image", jvm.image()).start("first");
    Await.until(
        RunningProcess.LIMIT,
        "the helper",
        () -> Files.exists(folder.resolve("begun")),
        first::describe);
    RunningProcess second = ask(jvm, process.pid(), "--image", "second").run("second");
    assertThat(second.awaitExit()).as(second::describe).isEqualTo(1);
    assertThat(second.stderr())
        .isEqualTo(
            "crjvm: checkpoint failed: another checkpoint is being made; try again when it is"
                + " over\n");
    Files.createFile(folder.resolve("go"));
    assertThat(first.awaitExit()).as(() -> first.describe() + process.describe()).isZero();
    assertThat(jvm.image().resolve("manifest")).exists();
    assertThat(jvm.folder().resolve("second")).doesNotExist();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "-XX:+DisableAttachMechanism | no program can attach to it (",
        "-XX:-EnableDynamicAgentLoading | it does not accept the agent (",
        "-Xrs | it does not answer when a program attaches; start it without -Xrs",
      })
  void jvmThatTakesNoAgentIsNamedAndGoesOn(String option, String cause) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).vm(option);
    RunningProcess process = started(jvm, jvm.plainCommand());
    assertRefused(jvm, ask(jvm, process.pid()), process.pid(), cause);
    assertCount(jvm, 1);
    assertThat(process.stderr()).isEmpty();
    assertThat(jvm.folder()).isEmptyDirectory();
  }

  private static void assertRefused(TestJvm jvm, Command command, long pid, String cause)
      throws Exception {
    RunningProcess asked = command.run("refused");
    assertThat(asked.awaitExit()).as(asked::describe).isEqualTo(1);
    assertThat(asked.stderr())
        .as(jvm.toString())
        .hasLineCount(1)
        .startsWith("crjvm: cannot checkpoint process " + pid + ": " + cause);
  }

  @Test
  void whoIsNoJvmOfTheUsersIsLeftAlone() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess sleeper = new Command(BENCH, jvm.folder()).add("sleep", "3600").start("sleep");
    assertRefused(jvm, ask(jvm, sleeper.pid()), sleeper.pid(), "it is not a JVM");
    assertThat(sleeper.isAlive()).isTrue();
    sleeper.kill();
    sleeper.awaitExit();
    assertRefused(jvm, ask(jvm, sleeper.pid()), sleeper.pid(), "there is no such process");
    Requirement.need(User.isRoot(), "only root can be several users");
    RunningProcess process = started(jvm, jvm.plainCommand());
    for (User other : List.of(User.OTHER, User.ROOT)) {
      assertRefused(jvm, ask(jvm, process.pid()).as(other), process.pid(), "it belongs to \"");
    }
    assertCount(jvm, 1);
  }

  @Test
  void missingHelperIsOneLine() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process = started(jvm, jvm.command("at=api,helper=/nowhere"));
    RunningProcess asked = ask(jvm, process.pid()).run("refused");
    assertThat(asked.awaitExit()).as(asked::describe).isEqualTo(1);
    assertThat(asked.stderr())
        .startsWith("crjvm: checkpoint failed: there is no helper \"/nowhere\"; ");
    assertCount(jvm, 1);
  }

  @Test
  void wrongUseIsExplained() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    for (List<String> words :
        List.of(
            List.of("abc"),
            List.of("0"),
            List.of("--stop"),
            List.of("1", "2"),
            List.of("1", "--bogus"),
            List.of("1", "--stop", "--keep-running"),
            List.of("1", "--stop", "--list"),
            List.of("1", "--image"))) {
      RunningProcess error = ask(jvm, words).run("usage");
      assertThat(error.awaitExit()).as(error::describe).isEqualTo(125);
      assertThat(error.stderr()).as(words.toString()).startsWith("crjvm: wrong use: ");
    }
  }
}
