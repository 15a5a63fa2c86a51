package crjvm.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Leftovers;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Disks fill up and limits are reached, at a checkpoint and at a start. The application answers
 * with its state, no half image stays, and one line gives the reason. Otherwise all goes well.
 */
@Tag("fault")
class ScarceResourcesIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final int MEBIBYTE = 1 << 20;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final FaultTable TABLE = new FaultTable("Too little of something");

  private static Path small;
  private static TestJvm jvm;
  private static RunningProcess process;
  private static SelfCheckedImage image;
  private static int count;

  @BeforeAll
  static void start() throws Exception {
    Requirement.need(User.isRoot(), "only root can make a small file system, and change limits");
    small = BENCH.newFolder("small");
    call("mount", "-t", "tmpfs", "-o", "size=512m,mode=777", "crjvm-it", small.toString());
    jvm = new TestJvm(BENCH, Jdk.any());
    process =
        jvm.command("image=" + small.resolve("image") + ",quiet=off,train=off,at=api,then=continue")
            .start("checkpoint");
    Http.awaitAnswer(process, jvm.port(), "/");
    image = new SelfCheckedImage(BENCH);
    // The first checkpoint of a JVM loads some parts once. Without it, none of the others would be
    // possible.
    assertThat(checkpoint("nothing", "")).isTrue();
  }

  @AfterAll
  static void conclude() throws Exception {
    if (process != null) {
      process.kill();
      process.awaitExit();
      call("umount", small.toString());
      TABLE.conclude(BENCH.log("table.md"));
    }
  }

  private static void call(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
        .as(String.join(" ", command))
        .isZero();
  }

  private static boolean checkpoint(String fault, String how) throws Exception {
    return checkpoint(fault, how, "", "");
  }

  private static List<String> left() throws Exception {
    return Leftovers.of(process.pid(), small.resolve("image"));
  }

  /**
   * Asks for a checkpoint, and checks the result.
   *
   * @param limit a limit of the JVM for as long as the checkpoint lasts; or empty
   */
  private static boolean checkpoint(String fault, String how, String limit, String unlimited)
      throws Exception {
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo(Integer.toString(++count));
    int lines = process.messages().size();
    int ends = ends();
    jvm.askForCheckpoint();
    limit(process, limit);
    try {
      Await.until(LIMIT, "the end", () -> !process.isAlive() || ends() > ends, process::describe);
    } finally {
      limit(process, unlimited);
    }
    boolean isDone = process.stdout().strip().endsWith("back from its checkpoint");
    List<String> messages = process.messages().subList(lines, process.messages().size());
    String answer = process.isAlive() ? Http.ask(jvm.port(), "/count") : "nothing";
    // Without a descriptor, no folder can be read, so the agent tries again later.
    if (limit.startsWith("nofile=")) {
      Await.until(LIMIT, "the removal", () -> left().isEmpty(), process::describe);
    }
    List<String> left = left();
    if (!answer.equals(Integer.toString(++count))) {
      TABLE.wrong(fault, "answers " + answer, how + "\n" + process.describe());
    } else if (!hasStreams()) {
      TABLE.wrong(fault, "streams lost", how);
    } else if (!left.isEmpty()) {
      TABLE.wrong(fault, "leftovers", how + ": " + left);
    } else if (!isDone && !process.stdout().contains("no checkpoint: ")) {
      TABLE.wrong(fault, "no reason", how + "\n" + messages);
    } else {
      TABLE.right(fault, isDone ? "image made" : "checkpoint failed, application answers");
    }
    return isDone;
  }

  private static boolean hasStreams() {
    return IntStream.range(0, 3)
        .allMatch(fd -> Files.exists(ProcFile.of(process.pid(), "fd/" + fd)));
  }

  private static int ends() {
    return ends(process.stdout());
  }

  private static int ends(String output) {
    return output.split("back from its checkpoint|no checkpoint:", -1).length - 1;
  }

  private static void removeImage() throws Exception {
    Workbench.delete(small.resolve("image"));
  }

  @Test
  void disk() throws Exception {
    int most = 160;
    int sizes = FaultTable.runs(20, 6);
    for (int i = 0; i < sizes; i++) {
      removeImage();
      int size = 1 + most * i / (sizes - 1);
      call("mount", "-o", "remount,size=" + size + "m", small.toString());
      checkpoint("disk of the image full", size + " MiB");
      try (Stream<Path> files = Files.list(small)) {
        assertThat(files.filter(file -> !file.endsWith("image"))).isEmpty();
      }
    }
    call("mount", "-o", "remount,size=512m", small.toString());
  }

  @Test
  void diskThatIsReadOnly() throws Exception {
    removeImage();
    call("mount", "-o", "remount,ro", small.toString());
    try {
      assertThat(checkpoint("disk of the image read-only", "")).isFalse();
    } finally {
      call("mount", "-o", "remount,rw", small.toString());
    }
  }

  private static void limit(RunningProcess jvm, String limit) throws Exception {
    if (!limit.isEmpty() && jvm.isAlive()) {
      RunningProcess prlimit =
          new Command(BENCH, small).add("prlimit", "--pid", jvm.pid(), "--" + limit).run("prlimit");
      assertThat(prlimit.awaitExit()).as(prlimit::describe).isZero();
    }
  }

  @Test
  void sizeOfFiles() throws Exception {
    int sizes = FaultTable.runs(20, 4);
    for (int i = 0; i < sizes; i++) {
      // The application's own output goes to files, too, and must not be lost.
      long output = Math.max(process.stdout().length(), process.stderr().length()) + 8192L;
      long size = output + (long) MEBIBYTE * 64 * i / (sizes - 1) + TABLE.random().nextInt(4096);
      checkpoint(
          "`RLIMIT_FSIZE` of the JVM", size + " bytes", "fsize=" + size + ":", "fsize=unlimited:");
    }
  }

  @Test
  void descriptors() throws Exception {
    int many = FaultTable.runs(20, 4);
    IntStream evenly = IntStream.range(0, many).map(i -> 3 + 97 * i / (many - 1));
    // With this number the checkpoint gets as far as the compiler.
    IntStream close = IntStream.rangeClosed(14, 20);
    for (int number : IntStream.concat(evenly, close).toArray()) {
      checkpoint(
          "`RLIMIT_NOFILE` of the JVM",
          number + " files",
          "nofile=" + number + ":",
          "nofile=1024:");
    }
  }

  /**
   * Sets standard output aside for the dump if only root can open it by its name. It comes back
   * even though the application opens as many files as it may at that moment.
   */
  @Test
  void descriptorsThatTheApplicationTakes() throws Exception {
    Path file =
        Files.createDirectory(BENCH.newFolder("unreachable").resolve("roots")).resolve("out");
    Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwx------"));
    TestJvm hog = new TestJvm(BENCH, Jdk.any());
    RunningProcess running =
        hog.command("image=" + hog.image() + ",train=off,at=api,then=continue")
            .output(Redirect.to(file.toFile()))
            .start("hog");
    try {
      Http.awaitAnswer(running, hog.port(), "/");
      limit(running, "nofile=40:");
      assertThat(Http.ask(hog.port(), "/hog")).isEqualTo("ok");
      // On a busy machine the application may sleep through a checkpoint, which then succeeds.
      for (int i = 1; !running.stderr().contains("hog: ") && !isRefused(file); i++) {
        int asked = i;
        hog.askForCheckpoint();
        Await.until(LIMIT, "the end", () -> ends(read(file)) == asked, running::describe);
      }
      running.awaitError("hog: ");
      assertThat(isRefused(file)).as(running::describe).isTrue();
      assertThat(Http.ask(hog.port(), "/print?text=afterwards")).isNotEmpty();
      assertThat(read(file)).contains("afterwards");
    } finally {
      running.kill();
      running.awaitExit();
    }
  }

  private static boolean isRefused(Path file) {
    return read(file).contains("no checkpoint: ");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Limits how much more memory the process may map. */
  @Test
  void memory() throws Exception {
    int sizes = FaultTable.runs(10, 2);
    for (int i = 0; i < sizes; i++) {
      long mapped = Long.parseLong(process.status("VmSize").replaceAll("[^0-9]", "")) << 10;
      long size = mapped + (long) MEBIBYTE * 8 * i + MEBIBYTE * 4L;
      checkpoint(
          "`RLIMIT_AS` of the JVM",
          size - mapped + " bytes more",
          "as=" + size + ":",
          "as=unlimited:");
    }
  }

  private static void restore(String fault, String... limits) throws Exception {
    for (String limit : limits) {
      RunningProcess start =
          new Command(BENCH, image.folder())
              .add("prlimit", "--" + limit, "--", image.command("--time-limit", "20").words())
              .start("limited");
      boolean isOver = start.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (!isOver) {
        start.kill();
        TABLE.wrong(fault, "hangs", limit + "\n" + start.describe());
      } else if (image.isRight(start)) {
        TABLE.right(fault, "restored, right answer");
      } else if (image.hasFallenBack(start)) {
        TABLE.right(fault, "started normally, with a line that says why");
      } else if (List.of(2, 126, 127, 139).contains(start.awaitExit())) {
        TABLE.right(fault, "nothing could be started at all");
      } else if (start.messages().size() == 1) {
        TABLE.right(fault, "ended with " + start.awaitExit() + " and a line that says why");
      } else {
        TABLE.wrong(fault, "another end", limit + "\n" + start.describe());
      }
    }
  }

  @Test
  void limitsOfAStart() throws Exception {
    restore("start with `RLIMIT_NOFILE`", "nofile=1", "nofile=3", "nofile=4", "nofile=8");
    restore("start with `RLIMIT_NOFILE`", "nofile=16", "nofile=32", "nofile=64", "nofile=256");
    restore("start with `RLIMIT_FSIZE`", "fsize=2048", "fsize=65536", "fsize=1000000");
    restore("start with `RLIMIT_AS`", "as=1000000", "as=30000000", "as=300000000");
    restore("start with `RLIMIT_AS`", "as=1000000000", "as=3000000000", "as=20000000000");
    restore("start with `RLIMIT_DATA`", "data=100000", "data=10000000", "data=100000000");
    restore("start with `RLIMIT_STACK`", "stack=65536", "stack=200000", "stack=8000000");
    restore("start with `RLIMIT_MEMLOCK`", "memlock=0");
    restore("start with `RLIMIT_NPROC`", "nproc=1", "nproc=12", "nproc=20", "nproc=1000");
  }
}
