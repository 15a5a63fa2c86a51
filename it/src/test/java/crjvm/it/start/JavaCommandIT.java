package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code crjvm java}: the first start makes an image by itself, and later starts continue from it.
 */
@BesideOthers
@Tag("variant")
class JavaCommandIT {
  private static final int USAGE = 125;

  /** The start time among the fields of /proc/PID/stat, counted from the state. */
  private static final int START = 19;

  private static final Pattern PORT = Pattern.compile("port (\\d+)");
  private static final List<String> TOOL =
      List.of("-m", "jdk.compiler/com.sun.tools.javac.Main", "-version");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private JavaCache cache;

  @BeforeEach
  void makeHome() throws IOException {
    cache = JavaCache.make(BENCH);
  }

  private Command crjvm(TestJvm jvm, Object... words) {
    return cache.crjvm(jvm.jdk(), jvm.folder(), words);
  }

  /** Returns the command for the application, with the options before its jar. */
  private Command java(TestJvm jvm, Object... options) {
    List<String> words = jvm.plainCommand().words();
    return crjvm(jvm, "java").add(options).add(words.subList(1, words.size()));
  }

  private static RunningProcess answering(TestJvm jvm, Command command, String name)
      throws IOException {
    RunningProcess process = command.start(name);
    Http.awaitAnswer(process, jvm.port(), "/");
    assertThat(process.stderr()).as(process::describe).isEmpty();
    return process;
  }

  @OnEachJdk
  @Tag("core")
  void laterStartsContinueFromTheFirst(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).arguments("some words");
    RunningProcess first = answering(jvm, java(jvm), "first");
    assertThat(JavaCache.isRestored(first)).isFalse();
    cache.awaitImages(1, first);
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("1");
    assertThat(first.terminate()).isEqualTo(143);
    assertThat(first.stdout().lines())
        .containsExactly("test application: listening", "test application: stopped");
    assertThat(first.stderr()).isEmpty();
    assertThat(cache.list(jvm.jdk()))
        .containsPattern("(?m)^ready .* MiB .*just now .*java .*some words$");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache.folder())))
        .isEqualTo("rwx------");

    RunningProcess later = answering(jvm, java(jvm).with("TERM", "anew"), "later");
    assertThat(JavaCache.isRestored(later)).as(later::describe).isTrue();
    assertThat(Http.ask(jvm.port(), "/args")).isEqualTo("--port " + jvm.port() + " some words");
    assertThat(Http.ask(jvm.port(), "/env?name=TERM")).isEqualTo("anew");
    assertThat(cache.prune(jvm.jdk(), "--all")).as("it is in use").startsWith("removed: 0 images");
    assertThat(later.terminate()).isEqualTo(143);
    assertThat(later.stdout().lines()).containsExactly("test application: stopped");
    assertThat(later.stderr()).isEmpty();
    assertThat(cache.prune(jvm.jdk(), "--max-size", "1m")).startsWith("removed: 1 images");
    assertThat(cache.files("manifest")).isEmpty();
  }

  @Test
  void whatShapedTheImageIsPartOfItsKey() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path jar = Files.copy(BENCH.application(), jvm.folder().resolve("app.jar"));
    List<String> arguments = List.of("--port", Integer.toString(jvm.port()));
    Command command = crjvm(jvm, "java", "-Xmx96m", "-jar", "app.jar").add(arguments);
    RunningProcess first = answering(jvm, command, "first");
    cache.awaitImages(1, first);
    first.terminate();
    assertRestored(jvm, command, true);
    assertRestored(jvm, command.with("TERM", "of a terminal"), true);
    assertRestored(jvm, command.with("OTHER", "variable"), false);
    assertRestored(jvm, crjvm(jvm, "java", "-Xmx97m", "-jar", "app.jar").add(arguments), false);
    assertRestored(
        jvm, crjvm(jvm, "java", "-Xmx96m", "-jar", "app.jar").add(arguments, "other"), false);

    command.with("CRJVM_CACHE_VARIABLES", "OTHER");
    RunningProcess named = answering(jvm, command, "named");
    cache.awaitImages(2, named);
    named.terminate();
    assertRestored(jvm, command.with("ANOTHER", "one"), true);
    assertRestored(jvm, command.with("OTHER", "changed"), false);
    assertRestored(jvm, command.with("OTHER", "variable"), true);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(System.currentTimeMillis() - 1000));
    assertRestored(jvm, command, false);
  }

  @Test
  void variablesOfTheJvmArePartOfTheKeyWhateverTheUserNames() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path classes = Files.createDirectory(jvm.folder().resolve("classes"));
    for (String variable :
        List.of(
            "JAVA_TOOL_OPTIONS=-Da=b",
            "JDK_JAVA_OPTIONS=-Da=b",
            "_JAVA_OPTIONS=-Da=b",
            "CLASSPATH=" + BENCH.application() + ":" + classes,
            "CLASSPATH=" + classes + ":" + BENCH.application())) {
      int equals = variable.indexOf('=');
      RunningProcess process =
          crjvm(jvm, "java", "crjvm.it.app.TestApplication", "--port", jvm.port())
              .with("CRJVM_CACHE_VARIABLES", "")
              .with("CLASSPATH", BENCH.application().toString())
              .with(variable.substring(0, equals), variable.substring(equals + 1))
              .start("variable");
      Http.awaitAnswer(process, jvm.port(), "/");
      end(process);
    }
    assertThat(cache.files("command")).hasSize(5);
    Command agent = java(jvm).with("JAVA_TOOL_OPTIONS", "-javaagent:" + BENCH.agent() + "=at=api");
    assertPlain(jvm, agent, "the agent is given already");
  }

  private static void assertRestored(TestJvm jvm, Command command, boolean isExpected)
      throws Exception {
    RunningProcess process = answering(jvm, command, "start");
    assertThat(JavaCache.isRestored(process)).as(process::describe).isEqualTo(isExpected);
    end(process);
  }

  private static void end(RunningProcess process) throws InterruptedException {
    process.kill();
    process.awaitExit();
  }

  @Test
  void oneOfManyFirstStartsMakesTheImage() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Command command =
        crjvm(jvm, "java", "-Xmx64m", "-jar", BENCH.application(), "--port", "0", "--tell-port");
    List<RunningProcess> processes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      processes.add(command.start("start"));
    }
    int makers = 0;
    for (RunningProcess process : processes) {
      assertAnswers(process);
      makers += JavaCache.hasAgent(process) ? 1 : 0;
    }
    assertThat(makers).isEqualTo(1);
    cache.awaitImages(1, processes.get(0));
    assertThat(cache.files("manifest")).hasSize(1);
    assertThat(cache.files("maker.*")).hasSize(1);

    // The process that made the image still holds the port on which the image listens.
    RunningProcess unfit = command.start("unfit");
    assertAnswers(unfit);
    assertThat(JavaCache.isRestored(unfit)).isFalse();
    assertThat(JavaCache.hasAgent(unfit)).isFalse();
    assertThat(Files.readString(cache.files("unfit").get(0))).contains(" is taken");
  }

  private static void assertAnswers(RunningProcess process) throws IOException {
    process.awaitOutput("port ");
    Matcher port = PORT.matcher(process.stdout());
    assertThat(port.find()).as(process::describe).isTrue();
    Http.awaitAnswer(process, Integer.parseInt(port.group(1)), "/");
    assertThat(process.stderr()).as(process::describe).isEmpty();
  }

  @Test
  @Tag("core")
  void whatCannotBeCheckpointedIsRemembered() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).arguments("--child");
    RunningProcess first = answering(jvm, java(jvm), "first");
    assertThat(JavaCache.hasAgent(first)).isTrue();
    cache.awaitRefusal(first);
    assertThat(cache.list(jvm.jdk()))
        .containsPattern("(?m)^can't .*--child\\n    checkpoint failed: process .*sleep");
    end(first);

    RunningProcess second = answering(jvm, java(jvm), "second");
    assertThat(JavaCache.hasAgent(second)).isFalse();
    end(second);

    cache.prune(jvm.jdk());
    assertThat(cache.list(jvm.jdk())).doesNotContain("can't");
    assertThat(JavaCache.hasAgent(answering(jvm, java(jvm), "third"))).isTrue();
  }

  @Test
  void cacheThatIsTooSmallStaysWithinItsLimit() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess first = answering(jvm, java(jvm).with("CRJVM_CACHE_SIZE", "1m"), "first");
    cache.awaitRefusal(first);
    Await.until(
        RunningProcess.LIMIT, "no image", () -> cache.files("manifest").isEmpty(), cache::logs);
    assertThat(cache.list(jvm.jdk())).contains("more than the cache may have (CRJVM_CACHE_SIZE)");
    first.terminate();
    RunningProcess second = answering(jvm, java(jvm), "second");
    assertThat(JavaCache.isRestored(second) || JavaCache.hasAgent(second)).isFalse();
  }

  @Test
  void makerThatDiedIsReplaced() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess first = java(jvm).start("first");
    Await.until(
        RunningProcess.LIMIT, "a maker", () -> cache.files("maker.1").size() == 1, first::describe);
    first.signal("KILL");
    first.awaitExit();
    assertThat(cache.files("manifest")).isEmpty();
    assertThat(cache.list(jvm.jdk())).containsPattern("(?m)^not made ");

    RunningProcess second = answering(jvm, java(jvm), "second");
    assertThat(JavaCache.hasAgent(second)).isTrue();
    assertThat(cache.files("maker.2")).hasSize(1);
    cache.awaitImages(1, second);
    second.terminate();
    assertThat(JavaCache.isRestored(answering(jvm, java(jvm), "third"))).isTrue();
  }

  @Test
  void makersWhoseImagesWereGoodOnceDoNotCount() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess first = answering(jvm, java(jvm), "first");
    cache.awaitImages(1, first);
    end(first);
    Path maker = cache.files("maker.1").get(0);
    Files.move(maker, maker.resolveSibling("maker.10"));
    Path plan = maker.resolveSibling("image/plan");
    Files.delete(plan);

    RunningProcess second = java(jvm).start("second");
    Http.awaitAnswer(second, jvm.port(), "/");
    end(second);
    RunningProcess third = answering(jvm, java(jvm), "third");
    assertThat(cache.files("maker.11")).as(third::describe).hasSize(1);
    Await.until(
        RunningProcess.LIMIT,
        "a new image",
        () -> Files.exists(plan),
        () -> third.describe() + cache.logs());
    end(third);
    assertThat(JavaCache.isRestored(answering(jvm, java(jvm), "fourth"))).isTrue();
  }

  /**
   * Uses a maker that stays a zombie, as in containers whose first process does not ask for the end
   * of its children.
   */
  @Test
  void makerThatDiedAndIsAZombieIsReplaced() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess first = java(jvm).start("first");
    Await.until(
        RunningProcess.LIMIT, "a maker", () -> cache.files("maker.1").size() == 1, first::describe);
    first.signal("KILL");
    first.awaitExit();
    RunningProcess parent =
        new Command(BENCH, jvm.folder()).add("sh", "-c", "true & exec sleep 3600").start("parent");
    Await.until(
        RunningProcess.LIMIT,
        "a zombie",
        () -> ProcFile.isZombie(ProcFile.children(parent.pid()).get(0)),
        parent::describe);
    long zombie = ProcFile.children(parent.pid()).get(0);
    Files.writeString(
        cache.files("maker.1").get(0), zombie + " " + ProcFile.stat(zombie)[START] + "\n");
    assertThat(cache.list(jvm.jdk())).containsPattern("(?m)^not made ");
    RunningProcess second = answering(jvm, java(jvm), "second");
    assertThat(JavaCache.hasAgent(second)).isTrue();
    assertThat(cache.files("maker.2")).hasSize(1);
  }

  @Test
  @Tag("core")
  void withoutACacheItIsAPlainJava() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path readOnly = cache.home();
    Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r-xr-xr-x"));
    end(answering(jvm, java(jvm), "silent"));
    assertPlain(jvm, java(jvm), "its image is being made, or can't be");
    assertPlain(jvm, java(jvm).with("HOME", ""), "neither HOME nor XDG_CACHE_HOME is set");

    Path others = BENCH.newFolder("others");
    Files.createDirectories(others.resolve("crjvm"));
    assertPlain(jvm, java(jvm).with("XDG_CACHE_HOME", others.toString()), "is not a folder of");
    Path open = Files.createDirectory(BENCH.newFolder("open").resolve("crjvm"));
    User.ORDINARY.own(open);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertPlain(
        jvm, java(jvm).with("XDG_CACHE_HOME", open.getParent().toString()), "others may reach");
    Path file = Files.createFile(BENCH.newFolder("file").resolve("crjvm"));
    assertPlain(
        jvm, java(jvm).with("XDG_CACHE_HOME", file.getParent().toString()), "is not a folder of");
    assertPlain(jvm, java(jvm, "-Xdebug"), "it is to be debugged");
  }

  private static void assertPlain(TestJvm jvm, Command command, String why) throws Exception {
    RunningProcess debug = command.with("CRJVM_DEBUG", "1").start("debug");
    debug.awaitError("crjvm: java: plain java: ");
    assertThat(debug.stderr()).contains(why);
    Http.awaitAnswer(debug, jvm.port(), "/");
    assertThat(JavaCache.isRestored(debug) || JavaCache.hasAgent(debug))
        .as(debug::describe)
        .isFalse();
    end(debug);
  }

  @Test
  void toolWhoseJvmWritesOfEachRunIsLeftAlone() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Command tool = crjvm(jvm, "java", "-Xlog:disable").add(TOOL);
    for (int i = 0; i < 3; i++) {
      RunningProcess run = tool.run("tool");
      assertThat(run.awaitExit()).as(run::describe).isZero();
      assertThat(run.stdout()).startsWith("javac ");
      assertThat(run.stderr()).isEmpty();
    }
    assertThat(cache.list(jvm.jdk()))
        .containsPattern("(?m)^a tool .*com.sun.tools.javac.Main -version$");
    RunningProcess debug = tool.with("CRJVM_DEBUG", "1").run("debug");
    assertThat(debug.stderr())
        .contains("plain java: it is a tool: \"-Xlog:disable\" is about a single run");
    assertThat(debug.stdout()).startsWith("javac ");
    assertThat(cache.files("manifest")).isEmpty();
  }

  /** Uses a server whose failed first start looks like a tool's run. */
  @Test
  void serverThatFailedAtFirstGetsAWarmImageLater() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess failed = crjvm(jvm, "java", "-jar", BENCH.application(), "--port").run("failed");
    assertThat(failed.awaitExit()).as(failed::describe).isEqualTo(1);
    cache.awaitImages(1, failed);
    Command command = crjvm(jvm, "java", "-jar", BENCH.application(), "--port", jvm.port());
    RunningProcess cold = answering(jvm, command, "cold");
    assertThat(JavaCache.isRestored(cold)).as(cold::describe).isTrue();
    Await.until(
        RunningProcess.LIMIT,
        "what was seen of it",
        () -> !cache.files("server").isEmpty(),
        cold::describe);
    assertThat(cold.terminate()).isEqualTo(143);
    assertThat(cold.stdout().lines())
        .containsExactly("test application: listening", "test application: stopped");

    RunningProcess maker = answering(jvm, command, "maker");
    assertThat(JavaCache.isRestored(maker)).isFalse();
    cache.awaitImages(2, maker);
    assertThat(maker.terminate()).isEqualTo(143);
    RunningProcess warm = answering(jvm, command, "warm");
    assertThat(JavaCache.isRestored(warm)).isTrue();
    assertThat(warm.stdout()).isEmpty();
  }

  @Test
  void argumentFilesAndFoldersArePartOfTheKey() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path classes = Files.createDirectory(jvm.folder().resolve("classes"));
    Path options = jvm.folder().resolve("options");
    String classPath = "\"" + BENCH.application() + ":classes\"";
    Files.writeString(options, "-Xmx96m\n-cp " + classPath + "\ncrjvm.it.app.TestApplication\n");
    Command command = crjvm(jvm, "java", "@options", "--port", jvm.port());
    end(answering(jvm, command, "first"));
    assertThat(cache.files("command")).hasSize(1);
    Files.writeString(classes.resolve("new"), "file");
    end(answering(jvm, command, "second"));
    assertThat(cache.files("command")).hasSize(2);
    Files.writeString(options, "-Dnew=option", StandardOpenOption.APPEND);
    end(answering(jvm, command, "third"));
    assertThat(cache.files("command")).hasSize(3);
  }

  @Test
  void filesOfOptionsThatVariablesNameArePartOfTheKey() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path arguments = jvm.folder().resolve("arguments");
    Files.writeString(arguments, "-Da=b\n-cp\n" + BENCH.application() + "\n");
    Path options = jvm.folder().resolve("options");
    Files.writeString(options, "-Xmx96m\n");
    Command command =
        crjvm(jvm, "java", "crjvm.it.app.TestApplication", "--port", jvm.port())
            .with("JDK_JAVA_OPTIONS", "-Dc=d @" + arguments + " -Dtwo=words")
            .with("JAVA_TOOL_OPTIONS", "-XX:VMOptionsFile=" + options);
    end(started(jvm, command));
    assertThat(cache.files("command")).hasSize(1);
    Files.writeString(arguments, "-De=f\n", StandardOpenOption.APPEND);
    end(started(jvm, command));
    assertThat(cache.files("command")).hasSize(2);
    Files.writeString(options, "-Xms16m\n", StandardOpenOption.APPEND);
    end(started(jvm, command));
    assertThat(cache.files("command")).hasSize(3);
    end(started(jvm, command));
    assertThat(cache.files("command")).hasSize(3);
  }

  /** Waits until the JVM prints which variables it picks up. */
  private static RunningProcess started(TestJvm jvm, Command command) throws IOException {
    RunningProcess process = command.start("start");
    Http.awaitAnswer(process, jvm.port(), "/");
    return process;
  }

  @Test
  void wrongUseIsOneLine() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    for (List<String> wrong :
        List.of(
            List.of("cache"),
            List.of("cache", "clear"),
            List.of("cache", "list", "x"),
            List.of("cache", "prune", "--max-size"),
            List.of("cache", "prune", "--max-size", "much"),
            List.of("cache", "prune", "--all", "x"))) {
      RunningProcess error = crjvm(jvm).add(wrong).run("usage");
      assertThat(error.awaitExit()).as(wrong.toString()).isEqualTo(USAGE);
      assertThat(error.stderr().lines()).as(error::describe).hasSize(1);
      assertThat(error.stderr()).startsWith("crjvm: cache: ");
    }
    RunningProcess nowhere = java(jvm).with("JAVA_HOME", "/nowhere").run("nowhere");
    assertThat(nowhere.awaitExit()).isEqualTo(127);
  }
}
