package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Engine;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import crjvm.it.restore.RestoredProcessIT;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A dump that fails leaves the application running and no half image, and one line gives the
 * reason.
 */
@Tag("variant")
class FailedDumpIT {
  private static final int ATTEMPTS = 20;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static void assertFailed(TestJvm jvm, RunningProcess process, String cause)
      throws Exception {
    process.awaitError("checkpoint failed");
    assertThat(process.messages().stream().filter(line -> line.contains("failed")).toList())
        .as(process::describe)
        .hasSize(1)
        .allSatisfy(
            line -> assertThat(line).startsWith("crjvm: checkpoint failed: ").contains(cause));
    // Some obstacles are reported before the application listens.
    Http.awaitAnswer(process, jvm.port(), "/");
    assertThat(jvm.folder()).isEmptyDirectory();
    assertThat(Http.ask(jvm.port(), "/print?text=alive")).contains("false false");
    assertThat(process.stdout()).contains("out:alive");
    assertThat(process.terminate()).isEqualTo(143);
    assertThat(process.stdout()).contains("test application: stopped");
    assertThat(RestoredProcessIT.leftBehind(Long.toString(process.pid()))).isEmpty();
  }

  /** An application whose engine is stopped. */
  private record Stopped(TestJvm jvm, RunningProcess process, ProcessHandle engine) {}

  /**
   * Stops the engine before it has touched the application. If the stop comes too late, the dump is
   * done, or threads run the engine's code and die with it (docs/faults.md). Then another
   * application is tried.
   */
  private static Stopped stopEngine(Jdk jdk, String options) throws Exception {
    for (int i = 0; i < ATTEMPTS; i++) {
      TestJvm jvm = new TestJvm(BENCH, jdk.require());
      RunningProcess process = jvm.start("at=http:" + jvm.url() + options);
      Optional<ProcessHandle> engine = awaitEngine(process);
      if (engine.isPresent() && isStopped(engine.get()) && !isTouched(process.pid())) {
        return new Stopped(jvm, process, engine.get());
      }
      engine.ifPresent(ProcessHandle::destroyForcibly);
      process.kill();
    }
    throw new AssertionError("no engine was met at its beginning");
  }

  /** Waits for the engine. The result is empty if the process has ended meanwhile. */
  private static Optional<ProcessHandle> awaitEngine(RunningProcess process) {
    long end = System.nanoTime() + RunningProcess.LIMIT.toNanos();
    // There is no pause, because the engine is quick.
    while (process.isAlive() && System.nanoTime() < end) {
      Optional<ProcessHandle> engine = engineOf(process.pid());
      if (engine.isPresent()) {
        return engine;
      }
    }
    assertThat(process.isAlive()).as(process::describe).isFalse();
    return Optional.empty();
  }

  private static boolean isStopped(ProcessHandle engine) throws Exception {
    if (!RunningProcess.isSignalled("STOP", engine.pid())) {
      return false;
    }
    Await.until(
        RunningProcess.LIMIT,
        "criu to stop",
        () -> !engine.isAlive() || RunningProcess.status(engine.pid(), "State").startsWith("T"));
    return engine.isAlive();
  }

  /** Returns whether somebody traces one of the process's threads, or has ended the process. */
  private static boolean isTouched(long pid) throws IOException {
    List<String> threads = ProcFile.ofThreads(pid, "status");
    return threads.isEmpty()
        || !threads.stream().allMatch(status -> status.contains("\nTracerPid:\t0\n"));
  }

  /** Returns the criu process that dumps a process. */
  static Optional<ProcessHandle> engineOf(long pid) {
    String tree = " --tree " + pid;
    return ProcessHandle.allProcesses()
        .filter(handle -> ProcFile.commandLine(handle.pid()).startsWith(Engine.DUMP))
        .filter(handle -> ProcFile.commandLine(handle.pid()).strip().endsWith(tree))
        .findFirst();
  }

  @OnEachJdk
  @Tag("smoke")
  @Tag("core")
  void killedEngine(Jdk jdk) throws Exception {
    Stopped stopped = stopEngine(jdk, "");
    assertThat(stopped.engine().destroyForcibly()).isTrue();
    assertFailed(stopped.jvm(), stopped.process(), "signal 9");
  }

  @OnEachJdk
  void stoppedEngineIsKilledAfterTheTimeLimit(Jdk jdk) throws Exception {
    Stopped stopped = stopEngine(jdk, ",time-limit=2s");
    assertFailed(stopped.jvm(), stopped.process(), "was not done after 2 s");
  }

  @OnEachJdk
  @Tag("core")
  void fullDisk(Jdk jdk) throws Exception {
    assertDiskIsTooSmall(jdk, "size=24m", "No space left on device");
  }

  /** Uses a disk with less room than any image needs, which the agent reports at the start. */
  @Test
  void diskThatIsFullAtTheStart() throws Exception {
    assertDiskIsTooSmall(Jdk.any(), "size=4m", " is full (");
  }

  private static void assertDiskIsTooSmall(Jdk jdk, String size, String cause) throws Exception {
    Requirement.need(User.isRoot(), "only root can make a small file system");
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Path small = BENCH.newFolder("small");
    run("mount", "-t", "tmpfs", "-o", size + ",mode=777", "crjvm-it", small.toString());
    try {
      RunningProcess process =
          jvm.command("image=" + small.resolve("image") + ",at=http:" + jvm.url())
              .start("checkpoint");
      assertFailed(jvm, process, cause);
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
        jvm.start("at=http:" + jvm.url() + ",warmup=" + jvm.url() + "child?seconds=300");
    process.awaitError("checkpoint failed");
    List<ProcessHandle> children = process.process().children().toList();
    assertThat(children).hasSize(1);
    assertFailed(jvm, process, "process " + children.get(0).pid());
    children.get(0).destroyForcibly();
  }

  /** Libraries run short commands at any time, so that one of them may run at the warm point. */
  @OnEachJdk
  void shortCommandOfTheApplicationIsWaitedFor(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Checkpoint checkpoint =
        jvm.checkpoint("at=http:" + jvm.url() + ",warmup=" + jvm.url() + "child?seconds=2");
    checkpoint.await(checkpoint.restore());
    assertThat(checkpoint.ask("/print?text=alive")).contains("false false");
  }
}
