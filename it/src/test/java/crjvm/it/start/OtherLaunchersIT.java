package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * JVMs that another program than {@code java} has started. They get an image, and start as before
 * with it and without it, or there is a reason why not.
 */
@BesideOthers
@Tag("variant")
class OtherLaunchersIT {
  private static final String MODULES =
      "java.instrument,java.logging,jdk.httpserver,jdk.management";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private final Jdk jdk = Jdk.newest();
  private final int port = FreePort.find();
  private final List<String> arguments = List.of("--port", Integer.toString(port), "first");
  private Path folder;
  private Path image;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = BENCH.newFolder("work");
    image = folder.resolve("image");
  }

  @Test
  void aProgramOfJpackagesWithJava() throws Exception {
    Path program = makeProgram("--jlink-options", "--strip-debug");
    assertRestores(withAgent(program).add(arguments));
  }

  @Test
  void aProgramOfJpackagesWithoutJava() throws Exception {
    Path program = makeProgram();
    assertReason(
        withAgent(program).add(arguments),
        "no checkpoint will be made: \""
            + program
            + "\" takes no JVM options, and its runtime \""
            + program.resolve("../../lib/runtime").normalize()
            + "\" has no bin/java");
  }

  @Test
  void aJavaOfAnotherName() throws Exception {
    Path runtime = folder.resolve("runtime");
    run("jlink", jdk.tool("jlink"), "--add-modules", MODULES, "--output", runtime);
    Path own = Files.move(runtime.resolve("bin/java"), runtime.resolve("bin/own"));
    assertRestores(withAgent(own).add("-Dkept=yes", "-jar", BENCH.application()).add(arguments));
  }

  @Test
  void aProgramWithAJvmInIt() throws Exception {
    Path program = BENCH.programWithJvm("embedder", jdk);
    assertReason(
        withAgent(program)
            .add(jdk.home().resolve("lib/server/libjvm.so"))
            .add("-Djava.class.path=" + BENCH.application(), "--")
            .add("crjvm/it/app/TestApplication", arguments),
        "no checkpoint will be made: the JVM is a part of \"" + program + "\"");
  }

  @Test
  void aJavaThatOnlyTellsItsVersion() throws Exception {
    for (String option : List.of("-version", "--version", "--list-modules")) {
      RunningProcess process = withAgent(jdk.java()).add(option).run("version");
      assertThat(process.awaitExit()).as(process::describe).isZero();
      assertThat(process.messages()).as(process::describe).isEmpty();
    }
  }

  private Path makeProgram(String... options) throws Exception {
    Path input = Files.createDirectory(folder.resolve("input"));
    Files.copy(BENCH.application(), input.resolve("application.jar"));
    User.ORDINARY.own(input.resolve("application.jar"));
    User.ORDINARY.own(input);
    List<Object> words = new ArrayList<>();
    words.addAll(List.of(jdk.tool("jpackage"), "--type", "app-image", "--name", "program"));
    words.addAll(List.of("--input", input, "--main-jar", "application.jar"));
    words.addAll(List.of("--add-modules", MODULES, "--java-options", "-Dkept=yes"));
    words.addAll(List.of(options));
    run("jpackage", words.toArray());
    return folder.resolve("program/bin/program");
  }

  private void run(String name, Object... words) throws Exception {
    RunningProcess process = new Command(BENCH, folder).add(words).run(name);
    assertThat(process.awaitExit()).as(process::describe).isZero();
  }

  private Command withAgent(Path program) {
    String url = "http://localhost:" + port + "/";
    return new Command(BENCH, folder)
        .add(program)
        .with(
            "JAVA_TOOL_OPTIONS",
            "-javaagent:" + BENCH.agent() + "=image=" + image + ",quiet=off,at=http:" + url);
  }

  private void assertRestores(Command command) throws Exception {
    RunningProcess original = command.run("original");
    assertThat(original.awaitExit()).as(original::describe).isZero();
    assertThat(original.stderr()).contains("crjvm: image ready: ");

    RunningProcess restored = start("restored");
    assertThat(JavaCache.isRestored(restored)).as(restored::describe).isTrue();
    assertThat(Http.ask(port, "/args")).endsWith("first");
    assertThat(restored.terminate()).isEqualTo(143);

    Files.delete(image.resolve("memory"));
    RunningProcess normal = start("normal");
    assertThat(JavaCache.isRestored(normal)).isFalse();
    assertThat(normal.stderr()).contains("; starting the application normally");
    assertThat(Http.ask(port, "/args")).endsWith("first");
    assertThat(Http.ask(port, "/property?name=kept")).isEqualTo("yes");
    assertThat(normal.terminate()).isEqualTo(143);
  }

  private RunningProcess start(String name) throws Exception {
    RunningProcess process =
        new Command(BENCH, folder).add(BENCH.launcher(), "run", "--image", image).start(name);
    Http.awaitAnswer(process, port, "/");
    return process;
  }

  private void assertReason(Command command, String reason) throws Exception {
    RunningProcess process = command.start("refused");
    Http.awaitAnswer(process, port, "/");
    assertThat(process.messages()).as(process::describe).hasSize(1);
    assertThat(process.stderr()).contains("crjvm: " + reason);
    assertThat(Http.ask(port, "/args")).endsWith("first");
    assertThat(process.terminate()).isEqualTo(143);
    assertThat(image).doesNotExist();
  }
}
