package crjvm.it.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.Matrix;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code crjvm tool install} makes a tool of others a command that starts from an image. */
@Tag("tool")
class InstalledToolsIT {
  /** The status of a normal start that the test has broken. */
  private static final int BROKEN = 99;

  private static final int WRONG_USE = 125;

  /** A self-check runs plain Kotlin, which takes seconds each time, twice for each command line. */
  private static final Duration LIMIT = Duration.ofMinutes(8);

  private static final String MAIN = "crjvm.it.app.ToolApplication";
  private static final String JAR = "org/example/tool/1.0/tool-1.0.jar";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private Path home;

  @BeforeEach
  void makeHome() throws IOException {
    home = BENCH.newFolder("home");
  }

  private Path command() {
    return home.resolve(".local/bin/tried");
  }

  private Path installed() {
    return home.resolve(".local/share/crjvm/tools/tried");
  }

  /** Makes a recipe for the tests' tool. */
  private Path recipe(String words, String... training) throws IOException {
    Path recipe = User.ORDINARY.own(Files.createDirectory(home.resolve("tried")));
    write(recipe.resolve("command"), words);
    write(recipe.resolve("training"), String.join("\n", training));
    write(recipe.resolve("limit"), "1s");
    return recipe;
  }

  private Path recipeOfApplication(String... training) throws IOException {
    return recipe("-cp " + BENCH.application() + " " + MAIN, training);
  }

  private static void write(Path file, String line) throws IOException {
    User.ORDINARY.own(Files.writeString(file, line + "\n"));
  }

  private Command tool(Jdk jdk, Object... words) {
    return new Command(BENCH, home)
        .add(BENCH.launcher(), "tool")
        .add(words)
        .with("HOME", home.toString())
        .with("JAVA_HOME", jdk.home().toString());
  }

  private RunningProcess ends(int status, Command command) throws Exception {
    RunningProcess process = command.with("HOME", home.toString()).run("tool");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(status);
    return process;
  }

  /** Lets a start without the image fail. */
  private void breakNormalStart() throws IOException {
    Path plain = installed().resolve("plain");
    Files.move(plain, installed().resolve("plain.kept"));
    write(plain, "#!/bin/sh\nexit " + BROKEN);
    Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void mendNormalStart() throws IOException {
    Path plain = installed().resolve("plain");
    Files.delete(plain);
    Files.move(installed().resolve("plain.kept"), plain);
  }

  @OnEachJdk
  @Tag("core")
  void anInstalledToolStartsFromItsImageAndRenewsIt(Jdk jdk) throws Exception {
    Path recipe = recipeOfApplication("state a", "exit 3");
    RunningProcess install = ends(0, tool(jdk.require(), "install", "--recipe", recipe));
    assertThat(install.stderr())
        .contains("crjvm: \"tried\" starts from an image: \"" + command() + "\"\n")
        .contains("is not on the path");
    assertThat(ends(0, tool(jdk, "list")).stdout())
        .containsPattern("(?m)^tried +from image +[1-9][0-9]* MiB +" + command() + "$")
        .containsPattern("(?m)^  checkstyle +Checkstyle");
    breakNormalStart();
    assertRestored();
    // A new JVM would have another encoding, or more options.
    for (String variable : List.of("LC_ALL", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS")) {
      Command other = new Command(BENCH, home).add(command(), "exit", 3);
      ends(BROKEN, other.with(variable, "de_DE.ISO-8859-1"));
    }

    // The first start without a usable image has another one made, beside it.
    mendNormalStart();
    delete(installed().resolve("image"));
    RunningProcess plain = ends(3, new Command(BENCH, home).add(command(), "exit", 3));
    assertThat(plain.stdout()).isEqualTo("exiting\n");
    assertThat(plain.stderr())
        .matches("crjvm: cannot restore \".*\": .*; starting the application normally\nwith 3\n");
    Await.until(
        RunningProcess.LIMIT,
        "another image",
        () ->
            Files.exists(installed().resolve("image/manifest"))
                && ends(0, tool(jdk, "list")).stdout().contains("from image"),
        () -> read(installed().resolve("log")));
    breakNormalStart();
    assertRestored();

    ends(0, tool(jdk, "install", "--recipe", recipe, "--bin", home.resolve("bin")));
    assertThat(command()).doesNotExist();
    ends(3, new Command(BENCH, home).add(home.resolve("bin/tried"), "exit", 3));
    ends(0, tool(jdk, "remove", "tried"));
    assertThat(home.resolve("bin/tried")).doesNotExist();
    assertThat(installed()).doesNotExist();
  }

  private void assertRestored() throws Exception {
    RunningProcess three = ends(3, new Command(BENCH, home).add(command(), "exit", 3));
    assertThat(three.stdout()).isEqualTo("exiting\n");
    assertThat(three.stderr()).isEqualTo("with 3\n");
    Command words = new Command(BENCH, home).add(command(), "it's", "a  b", "", "--verbose", "$x");
    assertThat(ends(0, words).stdout()).isEqualTo("arguments: [it's, a  b, , --verbose, $x]\n");
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void jarsAreThoseThatTheRecipeNames() throws Exception {
    Jdk jdk = Jdk.any();
    Path repository = BENCH.newFolder("repository");
    Path jar = repository.resolve(JAR);
    Files.createDirectories(jar.getParent());
    Files.copy(BENCH.application(), jar);
    Path recipe = recipe(MAIN, "exit 3");
    byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(jar));
    String line = HexFormat.of().formatHex(sum) + " org.example:tool:1.0";
    write(recipe.resolve("libraries"), line);
    HttpServer server = serve(repository);
    try {
      String url = "http://localhost:" + server.getAddress().getPort();
      Command install = tool(jdk, "install", "--recipe", recipe, "--repository", url);
      ends(0, install);
      breakNormalStart();
      ends(3, new Command(BENCH, home).add(command(), "exit", 3));
      ends(0, tool(jdk, "remove", "tried"));

      Files.write(jar, new byte[] {'x'});
      assertThat(ends(1, install).stderr())
          .contains(
              "crjvm: tool: \""
                  + (url + "/" + JAR)
                  + "\" is not the file that the recipe names: its SHA-256 is another one\n");
      assertThat(command()).doesNotExist();
      Files.delete(jar);
      assertThat(ends(1, install).stderr()).contains("crjvm: tool: cannot get \"" + url);
    } finally {
      server.stop(0);
    }
    write(recipe.resolve("libraries"), line.replace("org.example", "../up"));
    assertThat(ends(WRONG_USE, tool(jdk, "install", "--recipe", recipe)).stderr())
        .contains("write SHA-256 GROUP:ARTIFACT:VERSION[:CLASSIFIER]");
  }

  private static HttpServer serve(Path folder) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, folder));
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, Path folder) throws IOException {
    try (exchange) {
      Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
      if (!Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      byte[] content = Files.readAllBytes(file);
      exchange.sendResponseHeaders(200, content.length);
      exchange.getResponseBody().write(content);
    }
  }

  @Test
  void aToolWithoutAnImageWorksWithPlainJava() throws Exception {
    Jdk jdk = Jdk.any();
    Path recipe = recipeOfApplication("state", "security");
    Path link = Files.createSymbolicLink(home.resolve("jdk"), jdk.home());
    Command command = tool(jdk, "install", "--recipe", recipe).with("JAVA_HOME", link.toString());
    RunningProcess install = ends(1, command);
    assertThat(install.stderr())
        .containsPattern(
            "crjvm: tool: \"tried\" has no image: the self-check found a difference: .*; \""
                + command()
                + "\" works with plain java\n");
    RunningProcess run = ends(3, new Command(BENCH, home).add(command(), "exit", 3));
    assertThat(run.stdout()).isEqualTo("exiting\n");
    assertThat(run.stderr()).isEqualTo("with 3\n");
    assertThat(ends(0, tool(jdk, "list")).stdout())
        .containsPattern("(?m)^tried +plain java .*\n    no image: the self-check found");

    Files.delete(link);
    assertThat(ends(127, new Command(BENCH, home).add(command())).stderr())
        .isEqualTo(
            "crjvm: tool: there is no \"%s/bin/java\" any more; install the tool again: crjvm tool install tried\n"
                .formatted(link));
  }

  @Test
  void wrongUseIsSaid() throws Exception {
    Jdk jdk = Jdk.any();
    Path recipe = recipeOfApplication("exit 3");
    assertRefused(WRONG_USE, "there is no recipe for \"none\"", "install", "none");
    assertRefused(WRONG_USE, "\"../x\" can't be the name of a tool", "install", "../x");
    assertRefused(WRONG_USE, "unknown option \"--now\"", "install", "--now", "javac");
    assertRefused(WRONG_USE, "\"--bin\" needs a value", "install", "--bin");
    assertRefused(WRONG_USE, "which tool?", "install");
    assertRefused(WRONG_USE, "recipe \"none\" is not a folder", "install", "--recipe", "none");
    assertRefused(WRONG_USE, "unknown word \"update\"", "update");
    assertRefused(1, "\"javac\" is not installed", "remove", "javac");
    Path shared = Files.createDirectory(home.resolve("shared"));
    User.ORDINARY.own(shared);
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxr-x"));
    RunningProcess refused = ends(1, tool(jdk, "list").with("CRJVM_TOOLS", shared.toString()));
    assertThat(refused.stderr()).startsWith("crjvm: tool: others can write into \"" + shared);
    Files.createDirectories(command().getParent());
    Files.writeString(command(), "#!/bin/sh\n");
    assertRefused(
        1, "is there, and is not a command that crjvm has made", "install", "--recipe", recipe);
    assertThat(command()).hasContent("#!/bin/sh\n");
    assertThat(ends(0, tool(jdk, "list")).stdout()).startsWith("There are recipes for:\n");
  }

  private void assertRefused(int status, String text, Object... words) throws Exception {
    RunningProcess refused = ends(status, tool(Jdk.any(), words));
    assertThat(refused.stderr()).startsWith("crjvm: tool: ").contains(text);
    assertThat(refused.stderr().lines()).hasSize(1);
  }

  /** Tools whose first runs keep what they find out of the folder in which they begin. */
  enum Language {
    KOTLINC("kt", "fun main() {\n    println(\"%s\")\n}", "fun main(): Int = \"%s\"", "-d", "out"),
    KTLINT("kt", "fun main() {\n    println(\"%s\")\n}", "val number:Int=%s", "--log-level=none"),
    SCALAC(
        "scala", "object Good:\n  val a = \"%s\"", "object Bad:\n  val a: Int = \"%s\"", "-d", ".");

    private final String suffix;
    private final String good;
    private final String bad;
    private final List<String> options;

    Language(String suffix, String good, String bad, String... options) {
      this.suffix = suffix;
      this.good = good;
      this.bad = bad;
      this.options = List.of(options);
    }
  }

  @Matrix
  @ParameterizedTest
  @EnumSource
  void toolsOfLanguagesTellPathsOfTheirOwnRun(Language language) throws Exception {
    Jdk jdk = Jdk.any();
    String name = language.name().toLowerCase(Locale.ROOT);
    RunningProcess install =
        tool(jdk, "install", "--jars", BENCH.copyOfTool(name), name).start("i");
    Await.until(LIMIT, name + "'s image", () -> !install.isAlive(), install::describe);
    assertThat(install.awaitExit()).as(install::describe).isZero();
    Path folder = BENCH.newFolder("work");
    write(folder.resolve("Good." + language.suffix), language.good.formatted("a"));
    write(folder.resolve("Bad." + language.suffix), language.bad.formatted("a"));
    for (String file : List.of("Good", "Bad", "None")) {
      List<String> words = new ArrayList<>(language.options);
      words.add(file + "." + language.suffix);
      Path tools = home.resolve(".local/share/crjvm/tools");
      RunningProcess plain = job(tools.resolve(name).resolve("plain"), folder, words);
      RunningProcess restored = job(home.resolve(".local/bin").resolve(name), folder, words);
      assertThat(restored.awaitExit()).as(restored::describe).isEqualTo(plain.awaitExit());
      assertThat(restored.stdout()).isEqualTo(plain.stdout());
      assertThat(restored.stderr()).isEqualTo(plain.stderr());
    }
  }

  /** The launcher of such a jar makes a class loader in each run. */
  @Test
  void toolsInExecutableJarsOfSpringBootStart() throws Exception {
    Path jar = executableJar(BENCH.copyOfFramework("spring-boot-4", "application.jar"));
    String launcher = "org.springframework.boot.loader.launch.JarLauncher";
    Path recipe = recipe("-cp " + jar + " " + launcher, "state a", "exit 3");
    ends(0, tool(Jdk.any(), "install", "--recipe", recipe));
    breakNormalStart();
    assertRestored();
  }

  /** Makes a jar of the tests' tool with the launcher of another one. */
  private Path executableJar(Path launchers) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Start-Class", MAIN);
    manifest.getMainAttributes().putValue("Spring-Boot-Classes", "BOOT-INF/classes/");
    manifest.getMainAttributes().putValue("Spring-Boot-Lib", "BOOT-INF/lib/");
    Path jar = home.resolve("tool.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      add(out, launchers, "org/springframework/boot/loader/", "");
      out.putNextEntry(new JarEntry("BOOT-INF/classes/"));
      add(out, BENCH.application(), "crjvm/it/app/", "BOOT-INF/classes/");
    }
    return User.ORDINARY.own(jar);
  }

  private static void add(JarOutputStream out, Path from, String prefix, String folder)
      throws IOException {
    try (JarFile jar = new JarFile(from.toFile())) {
      for (JarEntry entry : jar.stream().filter(each -> !each.isDirectory()).toList()) {
        if (entry.getName().startsWith(prefix)) {
          out.putNextEntry(new JarEntry(folder + entry.getName()));
          jar.getInputStream(entry).transferTo(out);
        }
      }
    }
  }

  /** Maven's script looks for the folder of the whole build, which a restored Maven has, too. */
  @OnEachJdk
  void mavenIsThatOfItsBuild(Jdk jdk) throws Exception {
    Path jars = BENCH.copyOfTool("mvn");
    RunningProcess install = tool(jdk.require(), "install", "--jars", jars, "mvn").start("i");
    Await.until(LIMIT, "Maven's image", () -> !install.isAlive(), install::describe);
    assertThat(install.awaitExit()).as(install::describe).isZero();
    Path plain = home.resolve(".local/share/crjvm/tools/mvn/plain");
    Path mvn = home.resolve(".local/bin/mvn");
    Path root = BENCH.newFolder("build");
    Path module = User.ORDINARY.own(Files.createDirectories(root.resolve("module")));
    User.ORDINARY.own(Files.createDirectory(root.resolve(".mvn")));
    String name = "<name>root ${maven.multiModuleProjectDirectory} ${env.MAVEN_CONFIG}</name>";
    write(module.resolve("pom.xml"), project("<packaging>pom</packaging>" + name));
    Path none = BENCH.newFolder("repository");
    for (String words : List.of("-B validate", "-o none", "--version", "-f none.xml clean")) {
      List<String> all = new ArrayList<>(List.of(words.split(" ")));
      all.add("-Dmaven.repo.local=" + none);
      RunningProcess expected = mavenJob(plain, jdk, module, all);
      RunningProcess restored = mavenJob(mvn, jdk, module, all);
      assertThat(restored.awaitExit()).as(restored::describe).isEqualTo(expected.awaitExit());
      assertThat(timeless(restored.stdout())).isEqualTo(timeless(expected.stdout()));
      assertThat(restored.stderr()).isEqualTo(expected.stderr());
    }

    Files.delete(plain);
    List<String> words = List.of("-B", "validate", "-Dmaven.repo.local=" + none);
    assertThat(mavenJob(mvn, jdk, module, words).stdout())
        .contains("Building root " + root + " x 1")
        .contains("BUILD SUCCESS");
    // Maven's own script starts Maven where an image can't be right.
    write(root.resolve(".mvn/jvm.config"), "-Dmaven.repo.local=" + none);
    assertThat(mavenJob(mvn, jdk, module, List.of("-B", "validate")).stdout())
        .contains("Building root " + root + " x 1");
  }

  private static String project(String content) {
    return "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>"
        + "<groupId>g</groupId><artifactId>a</artifactId><version>1</version>"
        + content
        + "</project>";
  }

  private RunningProcess mavenJob(Path program, Jdk jdk, Path folder, List<String> words)
      throws Exception {
    RunningProcess job =
        new Command(BENCH, folder)
            .add(program, words)
            .with("HOME", home.toString())
            .with("JAVA_HOME", jdk.home().toString())
            .with("MAVEN_CONFIG", "x")
            .run(program.getFileName().toString());
    job.awaitExit();
    return job;
  }

  private static String timeless(String output) {
    return output.replaceAll("(Total time:|Finished at:).*", "$1");
  }

  private static RunningProcess job(Path program, Path folder, List<String> words)
      throws Exception {
    return new Command(BENCH, folder).add(program, words).run(program.getFileName().toString());
  }

  /** The recipes name the jars that Maven resolves for the tools. */
  @Test
  void recipesNameTheLibrariesOfTheBuilds() throws Exception {
    List<Path> recipes;
    try (var folders = Files.list(Workbench.source("../launcher/recipes"))) {
      recipes = folders.filter(folder -> Files.exists(folder.resolve("command"))).toList();
    }
    assertThat(recipes).hasSizeGreaterThan(10);
    for (Path recipe : recipes) {
      assertThat(recipe.resolve("about")).isNotEmptyFile();
      String name = recipe.getFileName().toString();
      Path hard = Workbench.source("../tools").resolve(name);
      Path libraries =
          Files.exists(hard)
              ? BENCH.copyOfTool(name)
              : Workbench.source("../examples/tools").resolve(name).resolve("target/lib");
      Path lines = recipe.resolve("libraries");
      if (!Files.exists(lines)) {
        lines = recipe.resolve("archive");
      }
      if (!Files.exists(lines)) {
        assertThat(libraries).doesNotExist();
        continue;
      }
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<String> sums;
      try (var jars = Files.list(libraries)) {
        sums =
            jars.map(jar -> HexFormat.of().formatHex(digest.digest(bytes(jar)))).sorted().toList();
      }
      assertThat(Files.readAllLines(lines).stream().map(line -> line.split(" ")[0]).sorted())
          .as(recipe.toString())
          .isEqualTo(sums);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
