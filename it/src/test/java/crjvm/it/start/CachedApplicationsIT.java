package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Leftovers;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import crjvm.it.matrix.OnEachJdk;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers and tools of other people are started by {@code crjvm java} in place of {@code java}. */
@BesideOthers
@Tag("framework")
class CachedApplicationsIT {
  private static final File NOTHING = new File("/dev/null");
  private static final int AT_ONCE = 4;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private JavaCache cache;

  @BeforeEach
  void makeHome() throws IOException {
    cache = JavaCache.make(BENCH);
  }

  /** Servers, each with its options and the text that it prints. */
  private enum Server {
    HELLO("/", "Hello, request ") {
      @Override
      List<Object> words(int port) throws IOException {
        return List.of(
            "-jar", BENCH.copyOf("examples/hello-http/target/hello-http.jar"), "--port", port);
      }
    },
    VERTX("/greeting?name=World", "Hello, World!") {
      @Override
      List<Object> words(int port) throws IOException {
        return List.of("-Dport=" + port, "-jar", BENCH.copyOfFramework("vertx", "application.jar"));
      }
    },
    CLINIC("/", "Lindenhof Clinic") {
      @Override
      List<Object> words(int port) throws IOException {
        return List.of(
            "-Xmx256m",
            "-jar",
            BENCH.copyOf("examples/clinic/target/clinic.jar"),
            "--server.port=" + port);
      }
    };

    private final String path;
    private final String answer;

    Server(String path, String answer) {
      this.path = path;
      this.answer = answer;
    }

    abstract List<Object> words(int port) throws IOException;
  }

  /**
   * Tools, each with its jobs. A job is a list of arguments; with an "-" among them the tool reads
   * standard input.
   */
  private enum Tool {
    JAVAC(
        List.of("-m", "jdk.compiler/com.sun.tools.javac.Main"),
        List.of(List.of("-d", "out", "A.java"), List.of("--version"), List.of("Broken.java"))),
    FORMATTER(
        List.of(),
        List.of(List.of("A.java"), List.of("--version"), List.of("Broken.java"), List.of("-"))),
    ECJ(
        List.of(),
        List.of(
            List.of("-17", "-d", "out", "A.java"),
            List.of("-version"),
            List.of("-17", "Broken.java")));

    private final List<String> start;
    private final List<List<String>> jobs;

    Tool(List<String> start, List<List<String>> jobs) {
      this.start = start;
      this.jobs = jobs;
    }

    /** Returns the words that come before the arguments. */
    List<Object> words() throws IOException {
      return switch (this) {
        case JAVAC -> List.copyOf(start);
        case FORMATTER -> {
          List<Object> words = new ArrayList<>();
          for (String name : List.of("api", "code", "file", "parser", "tree", "util")) {
            words.add("--add-exports=jdk.compiler/com.sun.tools.javac." + name + "=ALL-UNNAMED");
          }
          words.addAll(List.of("-jar", BENCH.library("google-java-format")));
          yield words;
        }
        case ECJ -> List.of("-jar", BENCH.library("ecj"));
      };
    }
  }

  @Matrix
  @ParameterizedTest(name = "{0}")
  @EnumSource(Server.class)
  void serverContinuesFromItsFirstStart(Server server) throws Exception {
    Jdk jdk = Jdk.any();
    int port = FreePort.find();
    Path folder = BENCH.newFolder("server");
    Command command = cache.crjvm(jdk, folder, "java").add(server.words(port));
    RunningProcess first = command.start("first");
    Http.awaitAnswer(first, port, server.path);
    assertThat(JavaCache.isRestored(first)).isFalse();
    cache.awaitImages(1, first);
    assertThat(Http.ask(port, server.path)).contains(server.answer);
    assertThat(first.terminate()).as(first::describe).isEqualTo(143);
    assertThat(first.messages()).isEmpty();

    RunningProcess later = command.start("later");
    Http.awaitAnswer(later, port, server.path);
    assertThat(JavaCache.isRestored(later)).as(later::describe).isTrue();
    assertThat(Http.ask(port, server.path)).contains(server.answer);
    assertThat(later.terminate()).as(later::describe).isEqualTo(143);
    assertThat(later.messages()).isEmpty();
  }

  @Matrix
  @ParameterizedTest(name = "{0}")
  @EnumSource(Tool.class)
  void toolIsItselfFromTheFirstRunToTheLast(Tool tool) throws Exception {
    Jdk jdk = Jdk.any();
    List<String> job = tool.jobs.get(0);
    RunningProcess first = assertSame(tool, jdk, job, null);
    cache.awaitImages(1, first);
    assertRestored(tool, jdk);
    if (tool != Tool.ECJ) {
      Await.until(
          RunningProcess.LIMIT,
          "the image after the training",
          () -> cache.logs().matches("(?s).*behave the same restored.*image ready: .*"),
          cache::logs);
      assertRestored(tool, jdk);
    }
    assertThat(cache.list(jdk)).containsPattern("(?m)^ready .* MiB ").doesNotContain("can't");
    assertThat(cache.logs()).as("nothing of it has run").doesNotContain("failed");
  }

  private void assertRestored(Tool tool, Jdk jdk) throws Exception {
    for (List<String> each : tool.jobs) {
      assertSame(tool, jdk, each, "restoring \"");
    }
    assertThat(cache.files("manifest")).hasSize(1);
  }

  /**
   * Runs a job with crjvm and with plain java, and compares streams, exit status and the files that
   * are left.
   */
  private RunningProcess assertSame(Tool tool, Jdk jdk, List<String> job, String said)
      throws Exception {
    Path mine = workFolder();
    Path plains = workFolder();
    boolean isAsked = said != null;
    Command command = tool(tool, jdk, mine).add(job);
    if (isAsked) {
      command.with("CRJVM_DEBUG", "1");
    }
    Redirect input = Redirect.from(mine.resolve("A.java").toFile());
    RunningProcess run =
        command.input(job.contains("-") ? input : Redirect.from(NOTHING)).run("run");
    RunningProcess plain =
        new Command(BENCH, plains)
            .add(jdk.java(), tool.words(), job)
            .input(job.contains("-") ? input : Redirect.from(NOTHING))
            .run("plain");
    assertThat(run.awaitExit()).as(run::describe).isEqualTo(plain.awaitExit());
    assertThat(run.stdout()).isEqualTo(plain.stdout());
    List<String> errors =
        new ArrayList<>(run.stderr().replace(mine.toString(), plains.toString()).lines().toList());
    if (isAsked) {
      assertThat(errors.remove(0)).startsWith("crjvm: java: " + said);
    }
    assertThat(errors).isEqualTo(plain.stderr().lines().toList());
    assertThat(files(mine)).isEqualTo(files(plains));
    return run;
  }

  /** Returns the command without arguments. The training of the Eclipse compiler takes minutes. */
  private Command tool(Tool tool, Jdk jdk, Path folder) throws IOException {
    Command command = cache.crjvm(jdk, folder, "java").add(tool.words());
    return tool == Tool.ECJ ? command.with("CRJVM_TRAINING", "off") : command;
  }

  private static List<String> files(Path folder) throws IOException {
    try (var all = Files.walk(folder)) {
      return all.map(file -> folder.relativize(file).toString()).sorted().toList();
    }
  }

  private static Path workFolder() throws IOException {
    Path folder = BENCH.newFolder("work");
    Files.writeString(folder.resolve("A.java"), "class A { int  number = 1 ; }\n");
    Files.writeString(folder.resolve("Broken.java"), "class Broken { int = }\n");
    return folder;
  }

  @OnEachJdk
  void nothingOfAToolRunsForItsImage(Jdk jdk) throws Exception {
    Path folder = BENCH.newFolder("notes");
    note(jdk.require(), folder, "NotingTool", "a");
    cache.awaitImages(1, note(jdk, folder, "NotingTool", "b", "c"));
    note(jdk, folder, "NotingTool", "d");
    RunningProcess restored = note(jdk, folder, "NotingTool");
    assertThat(restored.stderr()).contains("restoring \"");
    assertThat(Files.readAllLines(folder.resolve("notes")))
        .containsExactly(
            "initialised",
            "main a",
            "initialised",
            "main b c",
            "initialised",
            "main d",
            "initialised",
            "main ");
  }

  @OnEachJdk
  void norOfOneThatCanHaveNone(Jdk jdk) throws Exception {
    Path folder = BENCH.newFolder("notes");
    cache.awaitRefusal(note(jdk.require(), folder, "NotingTool$Heir", "a"));
    assertThat(note(jdk, folder, "NotingTool$Heir", "b").stderr())
        .contains("plain java: it is a tool: no checkpoint will be made: the class \"");
    assertThat(Files.readAllLines(folder.resolve("notes")))
        .containsExactly("initialised", "main a", "initialised", "main b");
  }

  private RunningProcess note(Jdk jdk, Path folder, String main, String... arguments)
      throws Exception {
    RunningProcess run =
        cache
            .crjvm(jdk, folder, "java", "-cp", BENCH.application(), "crjvm.it.app." + main)
            .add(List.of(arguments))
            .with("CRJVM_DEBUG", "1")
            .run("note");
    assertThat(run.awaitExit()).as(run::describe).isEqualTo(arguments.length);
    return run;
  }

  @Test
  void jvmsThatAToolStartsMakeNoImageInItsPlace() throws Exception {
    Jdk jdk = Jdk.any();
    Path passing = BENCH.newFolder("passing");
    Command launcher =
        cache
            .crjvm(jdk, passing, "java", "-esa", "-cp", BENCH.application())
            .add("crjvm.it.app.ToolApplication", "launcher");
    RunningProcess first = launcher.run("first");
    assertThat(first.awaitExit()).as(first::describe).isZero();
    // The folder goes before the image is made: the image must not need any folder of the run.
    Files.delete(passing);
    cache.awaitImages(1, first);
    Path folder = BENCH.newFolder("work");
    RunningProcess later = launcher.in(folder).with("CRJVM_DEBUG", "1").run("later");
    assertThat(later.awaitExit()).as(later::describe).isZero();
    assertThat(later.stderr()).contains("restoring \"");
    assertThat(later.stdout()).isEqualTo(first.stdout()).contains(" launcher of the launcher\n");
    assertThat(cache.files("manifest")).hasSize(1);
  }

  @Test
  void firstRunsOfAToolAtOnceMakeOneImage() throws Exception {
    Jdk jdk = Jdk.any();
    List<RunningProcess> runs = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      Path folder = workFolder();
      runs.add(tool(Tool.ECJ, jdk, folder).add("-17", "A.java").start("first"));
    }
    for (RunningProcess run : runs) {
      assertThat(run.awaitExit()).as(run::describe).isZero();
      assertThat(run.stdout() + run.stderr()).isEmpty();
    }
    cache.awaitImages(1, runs.get(0));
    assertThat(cache.files("tool")).hasSize(1);
    assertSame(Tool.ECJ, jdk, List.of("-version"), "restoring \"");
    assertThat(cache.files("manifest")).hasSize(1);
  }

  @Test
  void changedJarOrOptionIsAnotherTool() throws Exception {
    Jdk jdk = Jdk.any();
    RunningProcess first = assertSame(Tool.ECJ, jdk, List.of("-version"), null);
    cache.awaitImages(1, first);
    RunningProcess option =
        cache
            .crjvm(jdk, workFolder(), "java", "-Xmx100m")
            .add(Tool.ECJ.words(), "-version")
            .with("CRJVM_DEBUG", "1")
            .with("CRJVM_TRAINING", "off")
            .run("option");
    assertThat(option.stderr()).contains("crjvm: java: making \"");
    cache.awaitImages(2, option);
    Path jar = BENCH.library("ecj");
    Files.setLastModifiedTime(jar, FileTime.fromMillis(System.currentTimeMillis() - 1000));
    RunningProcess changed = assertSame(Tool.ECJ, jdk, List.of("-version"), "making \"");
    cache.awaitImages(3, changed);
    assertSame(Tool.ECJ, jdk, List.of("-version"), "restoring \"");
  }

  @Test
  void fullDiskIsNobodysBusiness() throws Exception {
    Requirement.need(User.isRoot(), "only root can make a small file system");
    Jdk jdk = Jdk.any();
    Path disk = Files.createDirectory(cache.home().resolve(".cache"));
    mount("mount", "-t", "tmpfs", "-o", "size=300m,mode=777", "crjvm-it", disk.toString());
    try {
      Path filler = fill(disk, 0);
      assertSame(Tool.ECJ, jdk, List.of("-version"), null);
      assertServes(jdk);
      // There is some room now, but not enough for an image.
      Files.delete(filler);
      filler = fill(disk, 2 << 20);
      RunningProcess run = assertSame(Tool.ECJ, jdk, List.of("-version"), null);
      Await.until(
          RunningProcess.LIMIT,
          "a failed image",
          () -> cache.logs().contains("failed: "),
          () -> run.describe() + cache.logs());
      // While the process that makes the image lives, nobody else makes one.
      Await.until(
          RunningProcess.LIMIT,
          "the end of its maker",
          () -> Leftovers.process(disk.toString()).isEmpty(),
          cache::logs);
      assertServes(jdk);
      assertThat(cache.files("manifest|cannot")).isEmpty();

      Files.delete(filler);
      RunningProcess again = assertSame(Tool.ECJ, jdk, List.of("-version"), null);
      cache.awaitImages(1, again);
      assertSame(Tool.ECJ, jdk, List.of("-version"), "restoring \"");
    } finally {
      mount("umount", "--lazy", disk.toString());
    }
  }

  /** Fills the disk, except for the given number of bytes. */
  private static Path fill(Path disk, long room) throws Exception {
    Path filler = disk.resolve("filler");
    long size = disk.toFile().getUsableSpace() - room;
    new ProcessBuilder("head", "-c", Long.toString(size), "/dev/zero")
        .redirectOutput(filler.toFile())
        .start()
        .waitFor();
    assertThat(disk.toFile().getUsableSpace()).isLessThanOrEqualTo(room);
    return filler;
  }

  private static void mount(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private void assertServes(Jdk jdk) throws Exception {
    int port = FreePort.find();
    RunningProcess server =
        cache
            .crjvm(jdk, BENCH.newFolder("server"), "java")
            .add(Server.HELLO.words(port))
            .start("s");
    Http.awaitAnswer(server, port, "/");
    assertThat(JavaCache.isRestored(server)).isFalse();
    assertThat(server.terminate()).isEqualTo(143);
    assertThat(server.stderr()).isEmpty();
  }

  @Test
  void readOnlyHomeIsNobodysBusiness() throws Exception {
    Jdk jdk = Jdk.any();
    Files.setPosixFilePermissions(cache.home(), PosixFilePermissions.fromString("r-xr-xr-x"));
    assertSame(Tool.ECJ, jdk, List.of("-version"), null);
    assertSame(Tool.ECJ, jdk, List.of("-version"), "plain java: ");
    assertServes(jdk);
    assertThat(cache.home()).isEmptyDirectory();
  }
}
