package crjvm.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A dump that fails leaves the application running, no half image, and one line saying why. */
class FailedDumpIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static void assertFailed(TestJvm jvm, RunningProcess process, String cause)
      throws Exception {
    process.awaitError("checkpoint failed");
    assertThat(process.messages().stream().filter(line -> line.contains("failed")).toList())
        .as(process::describe)
        .hasSize(1)
        .allSatisfy(
            line -> assertThat(line).startsWith("crjvm: checkpoint failed: ").contains(cause));
    assertThat(Http.ask(jvm.port(), "/")).isEqualTo("ok");
    assertThat(jvm.folder()).isEmptyDirectory();
    assertThat(Http.ask(jvm.port(), "/print?text=alive")).contains("false false");
    assertThat(process.stdout()).contains("out:alive");
    assertThat(process.terminate()).isEqualTo(143);
    assertThat(process.stdout()).contains("test application: stopped");
    assertThat(RestoredProcessIT.leftBehind(Long.toString(process.pid()))).isEmpty();
  }

  /** Waits for the engine at work on a process, and sends it a signal. */
  private static void signalEngine(RunningProcess process, String signal) throws Exception {
    Await.until(
        RunningProcess.LIMIT,
        "criu",
        () -> {
          Optional<ProcessHandle> engine = engineOf(process.pid());
          return engine.isPresent()
              && new ProcessBuilder("kill", "-" + signal, Long.toString(engine.get().pid()))
                      .start()
                      .waitFor()
                  == 0;
        },
        process::describe);
  }

  /** The criu that dumps a process. */
  static Optional<ProcessHandle> engineOf(long pid) {
    String tree = " --tree " + pid;
    return ProcessHandle.allProcesses()
        .filter(handle -> commandLine(handle.pid()).startsWith("/usr/sbin/criu dump"))
        .filter(handle -> commandLine(handle.pid()).strip().endsWith(tree))
        .findFirst();
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline")).replace('\0', ' ');
    } catch (java.io.IOException e) {
      return ""; // it has ended
    }
  }

  @OnEachJdk
  void killedEngine(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    RunningProcess process = jvm.start("at=http:" + jvm.url());
    signalEngine(process, "KILL");
    assertFailed(jvm, process, "signal 9");
  }

  @OnEachJdk
  void stoppedEngineIsKilledAfterTheTimeLimit(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    RunningProcess process = jvm.start("at=http:" + jvm.url() + ",time-limit=2s");
    signalEngine(process, "STOP");
    assertFailed(jvm, process, "was not done after 2 s");
  }

  @OnEachJdk
  void fullDisk(Jdk jdk) throws Exception {
    Requirement.need(User.isRoot(), "only root can make a small file system");
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Path small = BENCH.newFolder("small");
    run("mount", "-t", "tmpfs", "-o", "size=4m,mode=777", "crjvm-it", small.toString());
    try {
      RunningProcess process =
          jvm.command("image=" + small.resolve("image") + ",at=http:" + jvm.url())
              .start("checkpoint");
      assertFailed(jvm, process, "No space left on device");
      assertThat(small).isEmptyDirectory();
    } finally {
      run("umount", small.toString());
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  @OnEachJdk
  void childOfTheApplicationIsNamed(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    RunningProcess process =
        jvm.start("at=http:" + jvm.url() + ",warmup=" + jvm.url() + "child?seconds=60");
    process.awaitError("checkpoint failed");
    List<ProcessHandle> children = process.process().children().toList();
    assertThat(children).hasSize(1);
    assertFailed(jvm, process, "process " + children.get(0).pid());
    children.get(0).destroyForcibly();
  }
}
