package crjvm.it.restore;

import static crjvm.it.restore.GateChecks.assertSteps;
import static crjvm.it.restore.GateChecks.restore;
import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import crjvm.it.matrix.OnEachJdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No thread of the application runs between the end of the restorer and the end of the restore
 * work.
 */
@BesideOthers
@Tag("variant")
class GateIT {
  private static final int RESTORES = 20;
  private static final String OPTIONS = GateChecks.OPTIONS;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static TestJvm jvm(Jdk jdk, String... arguments) throws Exception {
    return GateChecks.jvm(BENCH, jdk, arguments);
  }

  @OnEachJdk
  @Tag("core")
  void everyFirstStepSeesTheRestoreWorkDone(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk);
    jvm.checkpoint(OPTIONS);
    for (int i = 0; i < RESTORES; i++) {
      String mark = "restore-" + i;
      assertSteps(jdk, restore(BENCH, jvm, jvm.image(), mark).start(mark), mark);
    }
  }

  @OnEachJdk
  void theGateClosesAgainInARestoredProcess(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk);
    jvm.checkpoint(OPTIONS);
    Path next = jvm.folder().resolve("next");
    Command command = restore(BENCH, jvm, jvm.image(), "one").add("-Dcrjvm.image=" + next);
    RunningProcess first = command.add("-Dcrjvm_it_again=1").start("one");
    assertThat(first.awaitExit()).as(first::describe).isZero();
    assertSteps(jdk, restore(BENCH, jvm, next, "two").start("two"), "two");
  }

  @OnEachJdk
  void aVirtualThreadAsksForTheCheckpoint(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk, "--virtual");
    jvm.checkpoint(OPTIONS);
    assertSteps(jdk, restore(BENCH, jvm, jvm.image(), "virtual").start("virtual"), "virtual");
  }

  static Stream<Arguments> locks() {
    return Jdk.all().stream()
        .flatMap(jdk -> Stream.of("out", "class").map(lock -> Arguments.of(jdk, lock)));
  }

  @Matrix
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("locks")
  void aLockThatTheRestoreDoesNotNeedIsNoObstacle(Jdk jdk, String lock) throws Exception {
    TestJvm jvm = jvm(jdk, "--lock", lock);
    jvm.checkpoint(OPTIONS);
    assertSteps(jdk, restore(BENCH, jvm, jvm.image(), lock).start(lock), lock);
  }

  @OnEachJdk
  void aLockThatTheRestoreNeedsIsNamedAndTheApplicationGoesOn(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk, "--lock", "properties");
    assertRefused(
        jvm, OPTIONS, "the restore would need a lock that the application holds (java.util.");
  }

  private static void assertRefused(TestJvm jvm, String options, String cause) throws Exception {
    RunningProcess process = jvm.start(options);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.messages().stream().filter(line -> line.contains("failed")).toList())
        .as(process::describe)
        .hasSize(1)
        .allSatisfy(line -> assertThat(line).startsWith("crjvm: checkpoint failed: " + cause));
    assertThat(process.stderr()).contains("all threads go on");
    assertThat(jvm.folder()).isEmptyDirectory();
  }

  /**
   * Shows that a debugger is refused, because only one agent can have the right to suspend threads.
   */
  @OnEachJdk
  void aDebuggerIsRefused(Jdk jdk) throws Exception {
    TestJvm jvm =
        jvm(jdk).vm("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=localhost:0");
    assertRefused(jvm, OPTIONS, "a debugger may stop the JVM's threads at any time (\"-agentlib:");
  }

  /** Uses a helper that refuses or dies while the gate is closed. */
  @Matrix
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("helpers")
  void allThreadsGoOnAfterADumpThatFailed(Jdk jdk, String end, String cause) throws Exception {
    TestJvm jvm = jvm(jdk);
    Path helper = BENCH.newFolder("helper").resolve("helper");
    Files.writeString(
        helper,
        String.format(
            "#!/bin/sh\ncase $1 in --version) echo protocol 1 ;; --pid) %s ;; esac\n", end));
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertRefused(jvm, OPTIONS + ",helper=" + helper, cause);
  }

  static Stream<Arguments> helpers() {
    return Jdk.all().stream()
        .flatMap(
            jdk ->
                Stream.of(
                    Arguments.of(jdk, "echo 'no luck; try again' >&2; exit 1", "no luck; try"),
                    Arguments.of(jdk, "exit 0", "the helper ended without a report")));
  }
}
