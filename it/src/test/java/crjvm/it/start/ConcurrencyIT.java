package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Several processes work on one image at once: they make it, make another in its place, run from
 * it, or delete it. docs/copies.md says what comes of it.
 */
@Tag("variant")
class ConcurrencyIT {
  private static final int REPLACED = 6;

  /** F_SETLEASE is 1024, F_WRLCK is 1. The kernel tells the holder of each attempt by SIGIO. */
  private static final String HOLD_LEASE =
      "$| = 1; $SIG{IO} = 'IGNORE'; open(F, '+<', $ARGV[0]) or die; fcntl(F, 1024, 1) or die;"
          + " print 'held'; select(undef, undef, undef, undef)";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static RunningProcess maker(TestJvm jvm, Path image) throws Exception {
    RunningProcess process =
        jvm.command("image=" + image + ",quiet=off,train=off,at=api,then=continue").start("maker");
    Http.awaitAnswer(process, jvm.port(), "/");
    return process;
  }

  private static int images(RunningProcess process) {
    return process.stdout().split("back from its checkpoint", -1).length - 1;
  }

  private static void makeImage(TestJvm jvm, RunningProcess process) throws Exception {
    int images = images(process);
    jvm.askForCheckpoint();
    Await.until(
        RunningProcess.LIMIT, "an image", () -> images(process) > images, process::describe);
  }

  private static Command copy(Path image, int port, Path folder) {
    return new Command(BENCH, folder)
        .add(BENCH.launcher(), "run", "--image", image, "--no-fallback")
        .add("--listen", port + "=0", "--port-file", "ports");
  }

  private static int awaitPort(RunningProcess process, Path folder) throws Exception {
    Path ports = folder.resolve("ports");
    Await.until(
        RunningProcess.LIMIT,
        "a port",
        () -> !process.isAlive() || Files.exists(ports),
        process::describe);
    assertThat(process.isAlive()).as(process::describe).isTrue();
    int port = Integer.parseInt(Files.readString(ports).strip().split("=", 2)[1]);
    Http.awaitAnswer(process, port, "/");
    return port;
  }

  private static void assertOnlyImage(Path image) throws Exception {
    try (Stream<Path> files = Files.list(image.getParent())) {
      assertThat(files).containsExactly(image);
    }
    RunningProcess verify =
        new Command(BENCH, Path.of("/")).add(BENCH.launcher(), "verify", image).run("verify");
    assertThat(verify.awaitExit()).as(verify::describe).isZero();
  }

  /** Checks that each start gets the old image or the new one as a whole. */
  @Test
  void imageIsReplacedWhileCopiesStart() throws Exception {
    Path image = BENCH.newFolder("images").resolve("image");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process = maker(jvm, image);
    makeImage(jvm, process);
    AtomicInteger left = new AtomicInteger(REPLACED);
    List<Throwable> failures = new ArrayList<>();
    Thread replacing =
        new Thread(
            () -> {
              try {
                while (left.get() > 0) {
                  makeImage(jvm, process);
                  left.decrementAndGet();
                }
              } catch (Throwable e) {
                failures.add(e);
                left.set(0);
              }
            });
    replacing.start();
    int copies = 0;
    while (left.get() > 0) {
      Path folder = BENCH.newFolder("copy");
      RunningProcess copy = copy(image, jvm.port(), folder).start("copy");
      int port = awaitPort(copy, folder);
      assertThat(Http.ask(port, "/compute")).isEqualTo(Http.ask(jvm.port(), "/compute"));
      assertThat(copy.terminate()).isEqualTo(143);
      copies++;
    }
    replacing.join();
    assertThat(failures).isEmpty();
    assertThat(copies).isGreaterThan(REPLACED);
    assertOnlyImage(image);
  }

  /**
   * Replaces the image while a start is reading it. Another process holds a lease on the old
   * image's memory, so that the start is certain to be in the middle.
   */
  @Test
  @Tag("core")
  void aStartWhoseImageIsReplacedBeginsAgain() throws Exception {
    Path image = BENCH.newFolder("images").resolve("image");
    Path next = image.resolveSibling("next");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    makeImage(jvm, maker(jvm, image));

    Files.move(image, next);
    RunningProcess holder = makeWaitingImage(image, next);
    Path restorer = BENCH.launcher().resolveSibling("../libexec/crjvm-restore").normalize();
    RunningProcess verified =
        new Command(BENCH, Path.of("/"))
            .add(restorer, "--verified", "--image", image)
            .start("verified");
    replaceMeanwhile(verified, holder, image, next);
    assertThat(verified.awaitExit()).as(verified::describe).isEqualTo(124);
    assertThat(verified.stderr()).contains("its memory file has 0 bytes instead of ");

    Files.move(image, next);
    holder = makeWaitingImage(image, next);
    Path folder = BENCH.newFolder("copy");
    RunningProcess copy = copy(image, jvm.port(), folder).start("copy");
    replaceMeanwhile(copy, holder, image, next);
    int port = awaitPort(copy, folder);
    assertThat(Http.ask(port, "/compute")).isEqualTo(Http.ask(jvm.port(), "/compute"));
    assertThat(copy.stderr()).doesNotContain("cannot restore");
    assertThat(copy.terminate()).isEqualTo(143);
  }

  /** Returns the process that lets starts wait for the image's memory until it ends. */
  private static RunningProcess makeWaitingImage(Path image, Path whole) throws Exception {
    Files.createDirectory(image);
    for (String name : List.of("manifest", "plan")) {
      runAsRoot("cp", "-p", whole.resolve(name).toString(), image.toString());
    }
    Path memory = User.ORDINARY.own(Files.createFile(image.resolve("memory")));
    RunningProcess holder =
        new Command(BENCH, Path.of("/")).add("perl", "-e", HOLD_LEASE, memory).start("holder");
    Await.until(
        RunningProcess.LIMIT, "a lease", () -> holder.stdout().contains("held"), holder::describe);
    return holder;
  }

  private static void runAsRoot(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static void replaceMeanwhile(
      RunningProcess restorer, RunningProcess holder, Path image, Path next) throws Exception {
    Await.until(
        RunningProcess.LIMIT,
        "the restorer to open its image's memory",
        () -> ProcFile.isOpening(restorer.pid(), "memory"),
        restorer::describe);
    Path old =
        Files.move(image, Files.createTempDirectory(image.getParent(), "old").resolve("old"));
    Files.move(next, image);
    assertThat(Files.size(old.resolve("memory"))).isZero();
    holder.kill();
  }

  @Test
  void twoCheckpointsIntoOneFolderAtOnce() throws Exception {
    Path image = BENCH.newFolder("images").resolve("image");
    List<TestJvm> jvms = List.of(new TestJvm(BENCH, Jdk.any()), new TestJvm(BENCH, Jdk.any()));
    List<RunningProcess> makers = new ArrayList<>();
    for (TestJvm jvm : jvms) {
      makers.add(maker(jvm, image));
    }
    for (int i = 0; i < 3; i++) {
      int wanted = i + 1;
      for (TestJvm jvm : jvms) {
        jvm.askForCheckpoint();
      }
      for (RunningProcess each : makers) {
        Await.until(RunningProcess.LIMIT, "an image", () -> images(each) == wanted, each::describe);
        assertThat(each.stderr()).doesNotContain("failed");
      }
      assertOnlyImage(image);
    }
  }

  /**
   * Checks that mapped files live as long as somebody has them mapped, under whatever name or none.
   */
  @Test
  void copiesKeepTheirImage() throws Exception {
    Path image = BENCH.newFolder("images").resolve("image");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process = maker(jvm, image);
    makeImage(jvm, process);
    Path[] folders = {BENCH.newFolder("first"), BENCH.newFolder("second")};
    RunningProcess first = copy(image, jvm.port(), folders[0]).start("first");
    int firstPort = awaitPort(first, folders[0]);
    assertThat(Http.ask(firstPort, "/count")).isEqualTo("1");

    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("1");
    makeImage(jvm, process);
    RunningProcess second = copy(image, jvm.port(), folders[1]).start("second");
    int secondPort = awaitPort(second, folders[1]);
    Workbench.delete(image);

    // This reads all of the heap, which no process has read before.
    String collected = Http.ask(jvm.port(), "/collect");
    assertThat(Http.ask(firstPort, "/collect")).isEqualTo(collected);
    assertThat(Http.ask(secondPort, "/collect")).isEqualTo(collected);
    assertThat(Http.ask(firstPort, "/count")).isEqualTo("2");
    assertThat(Http.ask(secondPort, "/count")).isEqualTo("2");
    assertThat(first.terminate()).isEqualTo(143);
    assertThat(second.terminate()).isEqualTo(143);

    // An image can also be made again in the same place.
    makeImage(jvm, process);
    assertOnlyImage(image);
  }

  /**
   * Checks that nobody writes the file by mistake. A file below a running JVM has to be made
   * writable first.
   */
  @Test
  void memoryFileIsNotWrittenByMistake() throws Exception {
    Path image = BENCH.newFolder("images").resolve("image");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    makeImage(jvm, maker(jvm, image));
    Path folder = BENCH.newFolder("copy");
    RunningProcess copy = copy(image, jvm.port(), folder).start("copy");
    int port = awaitPort(copy, folder);
    Path memory = image.resolve("memory");
    long size = Files.size(memory);
    for (String attempt :
        List.of("truncate -s 0 %s", "echo x >%s", "echo x >>%s", "dd if=/dev/zero of=%s count=1")) {
      String command = attempt.formatted(memory);
      RunningProcess shell = new Command(BENCH, folder).add("sh", "-c", command).run("attempt");
      assertThat(shell.awaitExit()).as(shell::describe).isNotZero();
      assertThat(shell.stderr()).contains("Permission denied");
    }
    assertThat(Files.size(memory)).isEqualTo(size);

    // A file that replaces it under the same name is another file: mv and cp --remove-destination
    // do that.
    for (String attempt :
        List.of("cp %s other && mv -f other %s", "cp --remove-destination other %2$s")) {
      Files.deleteIfExists(folder.resolve("other"));
      Files.writeString(folder.resolve("other"), "other");
      User.ORDINARY.own(folder.resolve("other"));
      String command = attempt.formatted("/etc/hostname", memory);
      RunningProcess shell = new Command(BENCH, folder).add("sh", "-c", command).run("attempt");
      assertThat(shell.awaitExit()).as(shell::describe).isZero();
    }
    assertThat(Http.ask(port, "/collect")).isEqualTo(Http.ask(jvm.port(), "/collect"));
    assertThat(copy.terminate()).isEqualTo(143);
  }

  /**
   * Checks that a user who cuts the file off on purpose ends the process. It does not continue with
   * other contents.
   */
  @Test
  void memoryFileIsCutOffOnPurpose() throws Exception {
    Path image = BENCH.newFolder("images").resolve("image");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    makeImage(jvm, maker(jvm, image));
    Path folder = BENCH.newFolder("copy");
    RunningProcess copy = copy(image, jvm.port(), folder).start("copy");
    int port = awaitPort(copy, folder);
    String command = "chmod u+w %1$s && truncate -s 0 %1$s".formatted(image.resolve("memory"));
    assertThat(new Command(BENCH, folder).add("sh", "-c", command).run("cut").awaitExit()).isZero();
    try {
      Http.ask(port, "/collect");
    } catch (java.io.IOException | AssertionError e) {
      // The JVM may end before it answers.
    }
    assertThat(copy.awaitExit()).as(copy::describe).isIn(134, 135, 139);
  }
}
