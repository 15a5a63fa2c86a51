package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An image that can't be used costs one line, and the application starts normally instead. */
@BesideOthers
@ResourceLock(value = CapabilityWatch.RESOURCE, mode = ResourceAccessMode.READ)
@Tag("core")
class LauncherIT {
  private static final int UNUSABLE = 124;
  private static final int USAGE = 125;

  private static final int PIPE_SIGNAL = 13;
  private static final int SIZE_SIGNAL = 25;

  /** The larger of libjvm's symbol tables, which must not be copied. */
  private static final int SYMBOLS_KIB = 2_600;

  private static final Pattern OTHERS = Pattern.compile("\\nother +\\d+ +\\d+ +(\\d+) ");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk ->
              new TestJvm(BENCH, jdk)
                  .vm("-Dkept=of checkpoint")
                  .arguments("first", "second words")
                  .checkpoint());

  /** The damage that is done to a copy of an image. */
  private interface Damage {
    void to(Path image) throws Exception;
  }

  private static Path damaged(Checkpoint checkpoint, String name, Damage damage) throws Exception {
    Path copy = BENCH.newFolder(name);
    try (Stream<Path> files = Files.list(checkpoint.image())) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(file.getFileName());
        Files.copy(file, target);
        User.ORDINARY.own(target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
      }
    }
    damage.to(copy);
    return copy;
  }

  private static Command run(Checkpoint checkpoint, Path image) {
    return new Command(BENCH, checkpoint.jvm().folder())
        .add(BENCH.launcher(), "run", "--image", image);
  }

  /**
   * Checks both modes: the error with {@code --no-fallback}, and the normal start with the
   * arguments of the checkpoint.
   */
  private static void assertFallsBack(Checkpoint checkpoint, Path image, String cause)
      throws Exception {
    RunningProcess error = run(checkpoint, image).add("--no-fallback").run("no-fallback");
    assertThat(error.awaitExit()).as(error::describe).isEqualTo(UNUSABLE);
    assertThat(error.stderr().lines()).as(error::describe).hasSize(1);
    assertThat(error.stderr())
        .startsWith("crjvm: cannot restore \"" + image + "\": ")
        .contains(cause);

    RunningProcess normal = checkpoint.await(run(checkpoint, image).start("fallback"));
    assertThat(normal.messages()).hasSize(1);
    assertThat(normal.stderr()).contains(cause, "; starting the application normally");
    assertThat(normal.stdout()).contains("test application: listening");
    assertThat(checkpoint.ask("/args")).endsWith("first second words");
    assertThat(checkpoint.ask("/property?name=kept")).isEqualTo("of checkpoint");
    assertThat(checkpoint.askLines("/pid")).containsOnly(Long.toString(normal.pid()));
    assertThat(normal.terminate()).isEqualTo(143);
  }

  @Test
  @Tag("smoke")
  void missingImageIsAnErrorThatSaysWhatToDo() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = checkpoint.jvm().folder().resolve("nowhere");
    RunningProcess error = run(checkpoint, image).run("missing");
    assertThat(error.awaitExit()).isEqualTo(UNUSABLE);
    assertThat(error.stderr().lines()).hasSize(1);
    assertThat(error.stderr())
        .startsWith("crjvm: cannot restore \"" + image + "\": there is no such image; ")
        .contains("--fallback");
  }

  /** Shows that an image which is too old has the same effect as a missing one. */
  @Test
  void imageThatIsTooOldFallsBack() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = checkpoint.image();
    RunningProcess restored =
        checkpoint.await(run(checkpoint, image).add("--max-age", "1d").start("young"));
    assertThat(restored.stderr()).isEmpty();
    assertThat(restored.terminate()).isEqualTo(143);
    RunningProcess decimal =
        checkpoint.await(run(checkpoint, image).add("--max-age", "09d").start("decimal"));
    assertThat(decimal.stderr()).isEmpty();
    assertThat(decimal.terminate()).isEqualTo(143);
    RunningProcess old = run(checkpoint, image).add("--max-age", "0s", "--no-fallback").run("old");
    assertThat(old.awaitExit()).isEqualTo(UNUSABLE);
    assertThat(old.stderr())
        .startsWith("crjvm: cannot restore \"" + image + "\": it was made at 20")
        .contains("Z, and --max-age is 0s; ");
    for (String wrong : List.of("30", "d", "-1d", "1234567s", "1w", "1 d")) {
      RunningProcess refused = run(checkpoint, image).add("--max-age", wrong).run("wrong");
      assertThat(refused.awaitExit()).as(wrong).isEqualTo(125);
      assertThat(refused.stderr()).contains("such as 30d, not \"" + wrong + "\"");
    }
  }

  @Test
  void missingImageStartsTheGivenCommandWithTheArguments() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess fallback =
        run(checkpoint, checkpoint.jvm().folder().resolve("nowhere"))
            .add("--fallback", "printf '<%s>' \"of the command\"", "--", "a", "b c", "")
            .run("fallback");
    assertThat(fallback.awaitExit()).isZero();
    assertThat(fallback.stdout()).isEqualTo("<of the command><a><b c><>");
    assertThat(fallback.stderr()).contains("there is no such image");
  }

  /** A closed stream, a full disk, a reader that has gone, or a limit of file sizes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "exec 2>&-",
        "exec 2>/dev/full",
        "mkfifo pipe; exec 3<>pipe 2>pipe 3<&-; rm pipe",
        "exec 2>limited; ulimit -f 0"
      })
  void aLineThatCannotBeWrittenIsNoReasonNotToStart(String redirection) throws Exception {
    long signals = (1 << (PIPE_SIGNAL - 1)) | (1 << (SIZE_SIGNAL - 1));
    Path folder = BENCH.newFolder("unwritable");
    for (String options :
        List.of("--image nowhere", "--no-restore --listen 1=2 --vm-option HeapDumpPath=/x")) {
      RunningProcess process =
          new Command(BENCH, folder)
              .add("sh", "-c", "(" + redirection + "; exec \"$@\") | cat", "sh")
              .add(BENCH.launcher(), "run")
              .add((Object[]) options.split(" "))
              .add("--port-file", "/proc/version", "--report", "json")
              .add("--fallback", "grep -E '^Sig(Ign|Blk)' /proc/self/status; echo started")
              .run("unwritable");
      assertThat(process.awaitExit()).as(process::describe).isZero();
      assertThat(process.stdout()).as(process::describe).contains("started\n");
      assertThat(process.stdout().lines().filter(line -> line.startsWith("Sig")))
          .as(process::describe)
          .hasSize(2)
          .allMatch(line -> (Long.parseUnsignedLong(line.split("\\s+")[1], 16) & signals) == 0);
    }
  }

  @Test
  @Tag("smoke")
  void damagedPlanFallsBack() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = damaged(checkpoint, "plan", copy -> flip(copy.resolve("plan"), 5_000));
    assertFallsBack(checkpoint, image, "plan");
  }

  @Test
  void everyDamagedByteOfThePlanIsNoticed() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = damaged(checkpoint, "bytes", copy -> {});
    long size = Files.size(image.resolve("plan"));
    for (long at = 0; at < size; at += Math.max(1, size / 100)) {
      flip(image.resolve("plan"), at);
      RunningProcess error = run(checkpoint, image).add("--no-fallback").run("byte-" + at);
      assertThat(error.awaitExit()).as("byte %d\n%s", at, error.describe()).isEqualTo(UNUSABLE);
      flip(image.resolve("plan"), at);
    }
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.seek(at);
      int old = content.read();
      content.seek(at);
      content.write(old ^ 0x10);
    }
  }

  @Test
  void truncatedPlanFallsBack() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = damaged(checkpoint, "short", copy -> truncate(copy.resolve("plan")));
    assertFallsBack(checkpoint, image, "plan");
  }

  @Test
  void truncatedMemoryFallsBack() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = damaged(checkpoint, "memory", copy -> truncate(copy.resolve("memory")));
    assertFallsBack(checkpoint, image, "memory");
  }

  @Test
  void missingMemoryFallsBack() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = damaged(checkpoint, "no-memory", copy -> Files.delete(copy.resolve("memory")));
    assertFallsBack(checkpoint, image, "memory");
  }

  @Test
  void memoryOfAnotherImageFallsBack() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image =
        damaged(
            checkpoint,
            "empty",
            copy -> Files.writeString(copy.resolve("memory"), "something else"));
    assertFallsBack(checkpoint, image, "memory");
  }

  private static void truncate(Path file) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.setLength(content.length() - 4096);
    }
  }

  @Test
  void imageOfAnotherFormatFallsBack() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image =
        damaged(
            checkpoint,
            "format",
            copy -> {
              Path manifest = copy.resolve("manifest");
              String text = Files.readString(manifest);
              Files.writeString(manifest, text.replaceFirst("format=1", "format=99"));
            });
    assertFallsBack(checkpoint, image, "format");
  }

  @Test
  void changedJarFallsBack() throws Exception {
    Path jar = BENCH.newFolder("jar").resolve("own.jar");
    Files.copy(BENCH.application(), jar);
    Checkpoint checkpoint =
        new TestJvm(BENCH, Jdk.any())
            .vm("-Dkept=of checkpoint")
            .main("-jar", jar.toString())
            .arguments("first", "second words")
            .checkpoint();
    checkpoint.restore().terminate();

    // An archive's comment is at its end. With another comment, the jar works, but its content is
    // another.
    byte[] content = Files.readAllBytes(jar);
    byte[] changed = java.util.Arrays.copyOf(content, content.length + 1);
    changed[content.length - 2] = 1; // These two bytes are the length of the comment.
    Files.write(jar, changed);
    assertFallsBack(checkpoint, checkpoint.image(), jar.toString());

    Files.write(jar, content); // The same bytes with another time are the same jar.
    assertThat(checkpoint.restore().terminate()).isEqualTo(143);

    content[content.length - 30] ^= 1; // The size stays the same.
    Files.write(jar, content);
    RunningProcess error = checkpoint.command("--no-fallback").run("same-size");
    assertThat(error.awaitExit()).isEqualTo(UNUSABLE);
    assertThat(error.stderr()).contains(jar.toString());
  }

  @Test
  void anotherJdkFallsBack() throws Exception {
    Jdk jdk = Jdk.any();
    Path home = BENCH.newFolder("jdk").resolve("home");
    Process copy =
        new ProcessBuilder("cp", "-aL", jdk.home().toString(), home.toString()).inheritIO().start();
    assertThat(copy.waitFor()).isZero();
    Checkpoint checkpoint =
        new TestJvm(BENCH, new Jdk(home, jdk.major()))
            .vm("-Dkept=of checkpoint")
            .arguments("first", "second words")
            .checkpoint();
    checkpoint.restore().terminate();
    Path library = home.resolve("lib/server/libjvm.so");
    Files.write(library, new byte[] {0}, java.nio.file.StandardOpenOption.APPEND);
    assertFallsBack(checkpoint, checkpoint.image(), library.toString());
  }

  /** A normal start would find the port taken, too, after all its work, if nothing has changed. */
  @Test
  void takenPortIsAnErrorUnlessTheSettingsDiffer_AndAnotherPortCanBeGiven() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    int other = crjvm.it.app.FreePort.find();
    try (ServerSocket taken =
        new ServerSocket(checkpoint.port(), 1, InetAddress.getLoopbackAddress())) {
      RunningProcess error = checkpoint.command().run("taken");
      assertThat(error.awaitExit()).as(error::describe).isEqualTo(UNUSABLE);
      assertThat(error.stderr().lines()).hasSize(1);
      assertThat(error.stderr()).contains("port " + taken.getLocalPort() + " is taken; stop what");

      int normalPort = crjvm.it.app.FreePort.find();
      RunningProcess normal = checkpoint.command("--", "--port", normalPort).start("fallback");
      Http.awaitAnswer(normal, normalPort, "/");
      assertThat(normal.stderr()).contains("starting the application normally");
      assertThat(normal.terminate()).isEqualTo(143);

      RunningProcess moved =
          checkpoint
              .command("--no-fallback", "--listen", checkpoint.port() + "=" + other)
              .start("moved");
      Http.awaitAnswer(moved, other, "/");
      assertThat(moved.terminate()).isEqualTo(143);
    }
  }

  @Test
  void fallbackRunsTheCommandOfTheCheckpointWithNewArguments() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path other = BENCH.newFolder("other");
    RunningProcess normal =
        checkpoint.await(
            checkpoint
                .command("--no-restore", "-Dnew=it's a b")
                .add("--", "--port", checkpoint.port(), "third words", "")
                .in(other)
                .with("NEW", "of restore")
                .start("fallback"));
    assertThat(normal.messages()).isEmpty();
    assertThat(checkpoint.ask("/args")).endsWith(checkpoint.port() + " third words ");
    assertThat(checkpoint.ask("/property?name=new")).isEqualTo("it's a b");
    assertThat(checkpoint.ask("/property?name=kept")).isEqualTo("of checkpoint");
    assertThat(checkpoint.ask("/env?name=NEW")).isEqualTo("of restore");
    assertThat(checkpoint.askLines("/cwd")).containsOnly(other.toString());
    assertThat(checkpoint.askLines("/pid")).containsOnly(Long.toString(normal.pid()));
    assertThat(normal.terminate()).isEqualTo(143);
  }

  @Test
  void wrongUseIsOneLine() throws Exception {
    Path folder = BENCH.newFolder("usage");
    List<List<String>> wrong =
        List.of(
            List.of("run", "--bogus"),
            List.of("run", "--image"),
            List.of("run", "--image", ""),
            List.of("run", "--max-age", ""),
            List.of("run", "--no-older", ""),
            List.of("run", "--port-file", ""),
            List.of("run", "--match-environment", ""),
            List.of("doctor", "--image", ""),
            List.of("warm", "--image", ""),
            List.of("cache", "prune", "--max-size", ""),
            List.of("run", "stray"),
            List.of("run", "--no-restore", "--no-fallback"),
            List.of("bogus"),
            List.of("doctor", "--bogus"));
    for (List<String> arguments : wrong) {
      RunningProcess error =
          new Command(BENCH, folder).add(BENCH.launcher(), arguments).run("usage");
      assertThat(error.awaitExit()).as(arguments.toString()).isEqualTo(USAGE);
      assertThat(error.stderr()).as(arguments.toString()).startsWith("crjvm: ");
      assertThat(error.stderr()).doesNotContain("crjvm-restore");
    }
  }

  @Test
  void aWordAtTheWrongPlaceGetsTheHelpThatItNeeds() throws Exception {
    Path folder = BENCH.newFolder("words");
    Files.createDirectory(folder.resolve("app-image"));
    Files.createFile(folder.resolve("app-image/manifest"));
    Map<String, String> texts =
        Map.of(
            "app-image", "\"app-image\" is an image; give it by --image app-image",
            "-Xmx512m", "\"-Xmx512m\" is an option for a new JVM, and that of the image has begun",
            "-XX:+UseZGC", "make the image with it, or give --vm-option NAME=VALUE if a JVM can",
            "-jar",
                "\"-jar\" is an option of java, and run starts the JVM of an image; for java, say");
    for (Map.Entry<String, String> each : texts.entrySet()) {
      RunningProcess error =
          new Command(BENCH, folder).add(BENCH.launcher(), "run", each.getKey()).run("words");
      assertThat(error.awaitExit()).isEqualTo(USAGE);
      assertThat(error.stderr())
          .hasLineCount(1)
          .startsWith("crjvm: run: ")
          .contains(each.getValue());
    }
  }

  @Test
  void wrongPortsAreWrongUse() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    for (String ports : Set.of("x=1", "1", "0=5", "99999=1", "=")) {
      RunningProcess error = checkpoint.command("--listen", ports).run("listen");
      assertThat(error.awaitExit()).as("%s\n%s", ports, error.describe()).isEqualTo(USAGE);
    }
  }

  @Test
  void wrongVmOptionsAreWrongUse() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    List<List<String>> wrong =
        List.of(
            List.of("+MaxHeapSize", "can't be set in a running JVM"),
            List.of("HeapDumpOnOutOfMemoryError=yes", "it takes true or false"),
            List.of("MinHeapFreeRatio=many", "it takes a number"),
            List.of("G1PeriodicGCSystemLoadThreshold=1.2.3", "it takes a number"),
            List.of("HeapDumpPath", "takes Name=Value"));
    for (List<String> each : wrong) {
      RunningProcess error = checkpoint.command("--vm-option", each.get(0)).run("vm-option");
      assertThat(error.awaitExit()).as(error::describe).isEqualTo(USAGE);
      assertThat(error.stderr()).startsWith("crjvm: run: ").contains(each.get(1)).hasLineCount(1);
      assertThat(error.stdout()).isEmpty();
    }
  }

  @Test
  void inspectPrintsWhatIsInAnImage() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    String inspected = checkpoint.inspected();
    assertThat(inspected)
        .contains("Java heap", "threads", "descriptors", BENCH.application().toString())
        .contains(Integer.toString(checkpoint.port()), "-Dkept=of checkpoint")
        .containsPattern("\\nmemory +dumped +mapped +copied +zero +KiB\\n")
        .containsPattern("\\nJava heap( +\\d+){2} +0 +\\d+\\n")
        .containsPattern("\\nmalloc \\(brk\\)( +\\d+){2} +0 +\\d+\\n")
        .containsPattern("\\nfree heap: \\d+ KiB")
        .containsPattern("\\n[1-9]\\d* mappings, [1-9]\\d* copies\\n")
        .containsPattern(
            "\\nneeds +[1-9]\\d* MiB of memory at least, [1-9]\\d* MiB for the whole heap\\n");
    // HotSpot's symbol tables have a row of their own, or lie in malloc's arenas: malloc decides.
    Matcher others = OTHERS.matcher(inspected);
    assertThat(others.find()).as(inspected).isTrue();
    assertThat(Integer.parseInt(others.group(1))).as(inspected).isLessThan(SYMBOLS_KIB);
  }

  @Test
  void doctorFindsNothingLacking() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Command doctor =
        new Command(BENCH, checkpoint.jvm().folder())
            .with("JAVA_HOME", checkpoint.jvm().jdk().home().toString())
            .add(BENCH.launcher(), "doctor");
    RunningProcess machine = doctor.run("doctor");
    assertThat(machine.awaitExit()).as(machine::describe).isZero();
    RunningProcess image = doctor.add("--image", checkpoint.image()).run("doctor-image");
    assertThat(image.awaitExit()).as(image::describe).isZero();
  }

  @Test
  void versionAndHelpAreOnStandardOutput() throws Exception {
    Path folder = BENCH.newFolder("help");
    for (String argument : List.of("--version", "help")) {
      RunningProcess process =
          new Command(BENCH, folder).add(BENCH.launcher(), argument).run("help");
      assertThat(process.awaitExit()).as(process::describe).isZero();
      assertThat(process.stdout()).contains("crjvm");
      assertThat(process.stderr()).isEmpty();
    }
  }
}
