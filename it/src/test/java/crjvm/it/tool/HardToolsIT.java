package crjvm.it.tool;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tools of other people, in {@code tools/}, whose second run in one JVM is not like the first.
 * Whatever becomes of the image, the run that was asked for is the same as with plain java.
 */
@BesideOthers
@Tag("tool")
class HardToolsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String KOTLIN = "fun main() {\n    println(\"hello\")\n}\n";

  /**
   * The beginning of an argument that stands for the path of the tool's own library of that name.
   */
  private static final String JAR = "JAR:";

  /** The tools, each with its main class, its arguments, and the files that it is given. */
  enum Tool {
    AVRO_TOOLS(
        "org.apache.avro.tool.Main",
        List.of("compile", "-string", "schema", "user.avsc", "out"),
        Map.of(
            "user.avsc",
            "{\"type\": \"record\", \"name\": \"User\", \"fields\": [{\"name\": \"id\","
                + " \"type\": \"int\"}]}")),
    CLOJURE("clojure.main", List.of("-e", "(println (reduce + (range 100)))"), Map.of()),
    CLOSURE_COMPILER(
        "com.google.javascript.jscomp.CommandLineRunner",
        List.of("--js", "in.js", "--js_output_file", "out.js"),
        Map.of("in.js", "function sum(a) {\n  var unused = 1;\n  return a + 1 + 2;\n}\n")),
    JRUBY("org.jruby.Main", List.of("-e", "puts [1, 2, 3].sum"), Map.of()),
    JYTHON("org.python.util.jython", List.of("-c", "print(sum([1, 2, 3]))"), Map.of()),
    KOTLINC(
        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
        List.of("Hello.kt", "-no-stdlib", "-cp", "JAR:kotlin-stdlib-", "-d", "out"),
        Map.of("Hello.kt", KOTLIN)),
    KTLINT("com.pinterest.ktlint.Main", List.of("Hello.kt"), Map.of("Hello.kt", KOTLIN)),
    LIQUIBASE(
        "liquibase.integration.commandline.LiquibaseCommandLine",
        List.of(
            "--changelog-file=changes.sql", "--url=jdbc:h2:mem:test", "--log-level=off", "update"),
        Map.of(
            "changes.sql",
            "--liquibase formatted sql\n--changeset someone:1\ncreate table one (id int);\n")),
    OPENAPI_GENERATOR(
        "org.openapitools.codegen.OpenAPIGenerator",
        List.of("generate", "-i", "api.yaml", "-g", "html", "-o", "out"),
        Map.of(
            "api.yaml",
            "openapi: 3.0.3\ninfo:\n  title: Users\n  version: '1'\npaths:\n  /users:\n    get:\n"
                + "      operationId: users\n      responses:\n        '200':\n"
                + "          description: all\n")),
    PLANTUML(
        "net.sourceforge.plantuml.Run",
        List.of("-tutxt", "greeting.puml"),
        Map.of("greeting.puml", "@startuml\nAlice -> Bob: hello\n@enduml\n")),
    PROGUARD(
        "proguard.ProGuard",
        List.of(
            "-injars",
            "JAR:annotations-",
            "-outjars",
            "out.jar",
            "-dontwarn",
            "-keep",
            "class org.jetbrains.annotations.NotNull"),
        Map.of()),
    SCALAC(
        "dotty.tools.dotc.Main",
        List.of("-usejavacp", "-d", ".", "Hello.scala"),
        Map.of("Hello.scala", "object Hello { def main(a: Array[String]) = println(1) }\n"));

    private final String main;
    private final List<String> arguments;
    private final Map<String, String> files;

    Tool(String main, List<String> arguments, Map<String, String> files) {
      this.main = main;
      this.arguments = arguments;
      this.files = files;
    }

    String folder() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /** The results of a run that the user sees. Times and durations differ from run to run. */
  private record Seen(int status, String output, String errors, Map<String, Long> files) {
    static Seen of(RunningProcess process, Path folder) throws Exception {
      int status = process.awaitExit();
      String errors =
          String.join(
              "\n", process.stderr().lines().filter(line -> !line.startsWith("crjvm: ")).toList());
      return new Seen(status, plain(process.stdout()), plain(errors), files(folder));
    }

    private static String plain(String text) {
      return text.replaceAll("\\d+", "0");
    }

    private static Map<String, Long> files(Path folder) throws IOException {
      Map<String, Long> files = new TreeMap<>();
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          files.put(folder.relativize(file).toString(), Files.size(file));
        }
      }
      return files;
    }
  }

  @Matrix
  @ParameterizedTest
  @EnumSource
  void theRunThatWasAskedForIsRight(Tool tool) throws Exception {
    Path libraries = BENCH.copyOfTool(tool.folder());
    TestJvm jvm =
        new TestJvm(BENCH, Jdk.newest())
            .main("-Xmx512m", "-cp", libraries + "/*", tool.main)
            .withoutArguments();
    List<String> arguments = new ArrayList<>();
    for (String each : tool.arguments) {
      arguments.add(each.startsWith(JAR) ? jar(libraries, each.substring(JAR.length())) : each);
    }
    make(tool, jvm.folder().resolve("given"));
    Path training =
        Files.writeString(
            jvm.folder().resolve("training"),
            "in=given '" + String.join("' '", arguments) + "'\n--no-such-option\n");
    User.ORDINARY.own(training);
    String options = "image=" + jvm.image() + ",at=main,quiet=off,train-limit=1s,train=" + training;

    Seen plain = run(tool, jvm.plainCommand(), arguments, "plain");
    assertThat(plain.status()).as(plain::toString).isZero();
    Path folder = make(tool, BENCH.newFolder("work"));
    RunningProcess refused =
        jvm.command(options + ",helper=/dev/null").add(arguments).in(folder).run("refused");
    assertThat(Seen.of(refused, folder)).as(refused::describe).isEqualTo(plain);
    assertThat(refused.stderr()).contains("crjvm: training: ", "/dev/null");
    assertThat(jvm.image()).doesNotExist();

    folder = make(tool, BENCH.newFolder("work"));
    RunningProcess asked = jvm.command(options).add(arguments).in(folder).run("asked");
    Seen seen = Seen.of(asked, folder);
    boolean hasImage = Files.exists(jvm.image());
    if (hasImage) {
      assertThat(seen.output()).as("main has not run").isEmpty();
      Command restored =
          new Command(BENCH, jvm.folder())
              .add(BENCH.launcher(), "run", "--image", jvm.image(), "--no-fallback", "--");
      assertThat(run(tool, restored, arguments, "restored")).isEqualTo(plain);
    } else {
      assertThat(seen).as(asked::describe).isEqualTo(plain);
    }
  }

  private static Seen run(Tool tool, Command command, List<String> arguments, String name)
      throws Exception {
    Path folder = make(tool, BENCH.newFolder("work"));
    return Seen.of(command.add(arguments).in(folder).run(name), folder);
  }

  private static Path make(Tool tool, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : tool.files.entrySet()) {
      User.ORDINARY.own(Files.writeString(folder.resolve(file.getKey()), file.getValue()));
    }
    return User.ORDINARY.own(folder);
  }

  private static String jar(Path libraries, String name) throws IOException {
    try (Stream<Path> files = Files.list(libraries)) {
      return files
          .filter(file -> file.getFileName().toString().matches(name + "\\d.*"))
          .findFirst()
          .orElseThrow()
          .toString();
    }
  }
}
