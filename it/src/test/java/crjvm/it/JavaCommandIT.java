package crjvm.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code crjvm java}: the first start makes an image by itself, later ones continue from it. */
class JavaCommandIT {
  private static final int USAGE = 125;
  private static final Pattern PORT = Pattern.compile("port (\\d+)");
  private static final List<String> TOOL =
      List.of("-m", "jdk.compiler/com.sun.tools.javac.Main", "-version");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private Path home;

  @BeforeEach
  void makeHome() throws IOException {
    home = BENCH.newFolder("home");
  }

  private Path cache() {
    return home.resolve(".cache/crjvm");
  }

  private Command crjvm(TestJvm jvm, Object... words) {
    return new Command(BENCH, jvm.folder())
        .add(BENCH.launcher())
        .add(words)
        .with("HOME", home.toString())
        .with("JAVA_HOME", jvm.jdk().home().toString());
  }

  /** The application, with what comes before its jar. */
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

  private static boolean isRestored(RunningProcess process) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/exe"))
        .endsWith("crjvm-restore");
  }

  private static boolean hasAgent(RunningProcess process) throws IOException {
    byte[] line = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
    return new String(line, StandardCharsets.UTF_8).contains("-javaagent:");
  }

  private String list(TestJvm jvm) throws IOException, InterruptedException {
    RunningProcess list = crjvm(jvm, "cache", "list").run("list");
    assertThat(list.awaitExit()).as(list::describe).isZero();
    assertThat(list.stderr()).isEmpty();
    return list.stdout();
  }

  private String prune(TestJvm jvm, Object... options) throws IOException, InterruptedException {
    RunningProcess prune = crjvm(jvm, "cache", "prune").add(options).run("prune");
    assertThat(prune.awaitExit()).as(prune::describe).isZero();
    return prune.stdout();
  }

  /** The files of that name in all entries. */
  private List<Path> files(String name) throws IOException {
    if (!Files.isDirectory(cache())) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(cache())) {
      return all.filter(file -> file.getFileName().toString().matches(name)).toList();
    }
  }

  /** The image is there, and everything that is done after it. */
  private void awaitImage(RunningProcess process) {
    Await.until(
        RunningProcess.LIMIT,
        "an image in the cache",
        () -> !files("manifest").isEmpty() && logs().contains("pruned with status 0"),
        () -> process.describe() + "\n--- log\n" + logs());
  }

  private void awaitRefusal(RunningProcess process) {
    Await.until(
        RunningProcess.LIMIT,
        "the reason why there is no image",
        () -> !files("cannot").isEmpty(),
        () -> process.describe() + "\n--- log\n" + logs());
  }

  private String logs() {
    try {
      StringBuilder text = new StringBuilder();
      for (Path log : files("log")) {
        text.append(Files.readString(log));
      }
      return text.toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  @OnEachJdk
  void laterStartsContinueFromTheFirst(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).arguments("some words");
    RunningProcess first = answering(jvm, java(jvm), "first");
    assertThat(isRestored(first)).isFalse();
    awaitImage(first);
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("1");
    assertThat(first.terminate()).isEqualTo(143);
    assertThat(first.stdout().lines())
        .containsExactly("test application: listening", "test application: stopped");
    assertThat(first.stderr()).isEmpty();
    assertThat(list(jvm)).containsPattern("(?m)^ready .* MiB .*just now .*java .*some words$");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache())))
        .isEqualTo("rwx------");

    RunningProcess later = answering(jvm, java(jvm).with("GREETING", "anew"), "later");
    assertThat(isRestored(later)).as(later::describe).isTrue();
    assertThat(Http.ask(jvm.port(), "/args")).isEqualTo("--port " + jvm.port() + " some words");
    assertThat(Http.ask(jvm.port(), "/env?name=GREETING")).isEqualTo("anew");
    assertThat(prune(jvm, "--all")).as("it is in use").startsWith("removed: 0 images");
    assertThat(later.terminate()).isEqualTo(143);
    assertThat(later.stdout().lines()).containsExactly("test application: stopped");
    assertThat(later.stderr()).isEmpty();
    assertThat(prune(jvm, "--max-size", "1m")).startsWith("removed: 1 images");
    assertThat(files("manifest")).isEmpty();
  }

  @Test
  void whatShapedTheImageIsPartOfItsKey() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path jar = Files.copy(BENCH.application(), jvm.folder().resolve("app.jar"));
    List<String> arguments = List.of("--port", Integer.toString(jvm.port()));
    Command command = crjvm(jvm, "java", "-Xmx96m", "-jar", "app.jar").add(arguments);
    RunningProcess first = answering(jvm, command, "first");
    awaitImage(first);
    first.terminate();
    assertRestored(jvm, command, true);
    assertRestored(jvm, command.with("OTHER", "variable"), true);

    assertRestored(jvm, crjvm(jvm, "java", "-Xmx97m", "-jar", "app.jar").add(arguments), false);
    assertRestored(
        jvm, crjvm(jvm, "java", "-Xmx96m", "-jar", "app.jar").add(arguments, "other"), false);
    command.with("CRJVM_CACHE_VARIABLES", "OTHER");
    assertRestored(jvm, command, false);
    command.with("CRJVM_CACHE_VARIABLES", "");
    assertRestored(jvm, command, true);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(System.currentTimeMillis() - 1000));
    assertRestored(jvm, command, false);
  }

  private static void assertRestored(TestJvm jvm, Command command, boolean isExpected)
      throws Exception {
    RunningProcess process = answering(jvm, command, "start");
    assertThat(isRestored(process)).as(process::describe).isEqualTo(isExpected);
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
      makers += hasAgent(process) ? 1 : 0;
    }
    assertThat(makers).isEqualTo(1);
    awaitImage(processes.get(0));
    assertThat(files("manifest")).hasSize(1);
    assertThat(files("maker.*")).hasSize(1);

    // The port that the image listens on is taken by the one who made it.
    RunningProcess unfit = command.start("unfit");
    assertAnswers(unfit);
    assertThat(isRestored(unfit)).isFalse();
    assertThat(hasAgent(unfit)).isFalse();
    assertThat(Files.readString(files("unfit").get(0))).contains(" is taken");
  }

  private static void assertAnswers(RunningProcess process) throws IOException {
    process.awaitOutput("port ");
    Matcher port = PORT.matcher(process.stdout());
    assertThat(port.find()).as(process::describe).isTrue();
    Http.awaitAnswer(process, Integer.parseInt(port.group(1)), "/");
    assertThat(process.stderr()).as(process::describe).isEmpty();
  }

  @Test
  void whatCannotBeCheckpointedIsRemembered() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).arguments("--child");
    RunningProcess first = answering(jvm, java(jvm), "first");
    assertThat(hasAgent(first)).isTrue();
    awaitRefusal(first);
    assertThat(list(jvm))
        .containsPattern("(?m)^can't .*--child\\n    checkpoint failed: process .*sleep");
    end(first);

    RunningProcess second = answering(jvm, java(jvm), "second");
    assertThat(hasAgent(second)).isFalse();
    end(second);

    prune(jvm);
    assertThat(list(jvm)).doesNotContain("can't");
    assertThat(hasAgent(answering(jvm, java(jvm), "third"))).isTrue();
  }

  @Test
  void cacheThatIsTooSmallStaysWithinItsLimit() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess first = answering(jvm, java(jvm).with("CRJVM_CACHE_SIZE", "1m"), "first");
    awaitRefusal(first);
    Await.until(RunningProcess.LIMIT, "no image", () -> files("manifest").isEmpty(), this::logs);
    assertThat(list(jvm)).contains("more than the cache may have (CRJVM_CACHE_SIZE)");
    first.terminate();
    RunningProcess second = answering(jvm, java(jvm), "second");
    assertThat(isRestored(second) || hasAgent(second)).isFalse();
  }

  @Test
  void makerThatDiedIsReplaced() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess first = java(jvm).start("first");
    Await.until(
        RunningProcess.LIMIT, "a maker", () -> files("maker.1").size() == 1, first::describe);
    first.signal("KILL");
    first.awaitExit();
    assertThat(files("manifest")).isEmpty();
    assertThat(list(jvm)).containsPattern("(?m)^not made ");

    RunningProcess second = answering(jvm, java(jvm), "second");
    assertThat(hasAgent(second)).isTrue();
    assertThat(files("maker.2")).hasSize(1);
    awaitImage(second);
    second.terminate();
    assertThat(isRestored(answering(jvm, java(jvm), "third"))).isTrue();
  }

  @Test
  void withoutACacheItIsAPlainJava() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path readOnly = home;
    Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r-xr-xr-x"));
    end(answering(jvm, java(jvm), "silent"));
    assertPlain(jvm, java(jvm), "its image is being made, or can't be");
    assertPlain(jvm, java(jvm).with("HOME", ""), "there is neither HOME nor XDG_CACHE_HOME");

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
    assertThat(isRestored(debug) || hasAgent(debug)).as(debug::describe).isFalse();
    end(debug);
  }

  @Test
  void toolIsRecognizedAndLeftAlone() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Command tool = crjvm(jvm, "java").add(TOOL);
    for (int i = 0; i < 3; i++) {
      RunningProcess run = tool.run("tool");
      assertThat(run.awaitExit()).as(run::describe).isZero();
      assertThat(run.stdout()).startsWith("javac ");
      assertThat(run.stderr()).isEmpty();
    }
    assertThat(list(jvm)).containsPattern("(?m)^a tool .*com.sun.tools.javac.Main -version$");
    RunningProcess debug = tool.with("CRJVM_DEBUG", "1").run("debug");
    assertThat(debug.stderr()).contains("plain java: it is a tool");
    assertThat(debug.stdout()).startsWith("javac ");
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
    assertThat(files("command")).hasSize(1);
    Files.writeString(classes.resolve("new"), "file");
    end(answering(jvm, command, "second"));
    assertThat(files("command")).hasSize(2);
    Files.writeString(options, "-Dnew=option", StandardOpenOption.APPEND);
    end(answering(jvm, command, "third"));
    assertThat(files("command")).hasSize(3);
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
