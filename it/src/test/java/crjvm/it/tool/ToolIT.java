package crjvm.it.tool;

import static crjvm.it.tool.ToolChecks.assertSame;
import static crjvm.it.tool.ToolChecks.file;
import static crjvm.it.tool.ToolChecks.training;
import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Command-line tools are trained with command lines, checkpointed before main, and then used. */
@BesideOthers
@Tag("variant")
class ToolIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String SHORT = ",train-limit=1s,quiet=5s";

  private static TestJvm tool(Jdk jdk) throws IOException {
    return ToolChecks.tool(BENCH, jdk);
  }

  @OnEachJdk
  @Tag("core")
  void aRestoredToolIsTheTool(Jdk jdk) throws Exception {
    TestJvm tool = tool(jdk);
    Path input = file(tool.folder(), "input", "one\ntwo\n");
    Path data = tool.folder().resolve("data");
    file(data, "given", "hello");
    Path training =
        training(
            tool,
            "# all that this tool can do",
            "state a \"b c\"",
            "state a",
            "exit 3",
            "exit-elsewhere 4",
            "halt 5",
            "throw",
            "hook",
            "in=data files",
            "in=data directory",
            "stdin=input input",
            "settings",
            "plugin",
            "pool",
            "launcher",
            "time",
            "stdin=/dev/null");
    Checkpoint checkpoint = tool.checkpoint("at=main,train=" + training + SHORT);
    assertThat(checkpoint.process().stdout()).as("main has not run").isEmpty();
    assertThat(checkpoint.process().stderr())
        .contains(
            "crjvm: self-check: 16 command lines behave the same restored",
            "which was left out, of the command lines [16]");
    assertThat(checkpoint.process().stderr()).doesNotContain("no working set");
    assertThat(Files.exists(data.resolve("made"))).as("runs have folders of their own").isFalse();
    RunningProcess inspect =
        new Command(BENCH, tool.folder())
            .add(BENCH.launcher(), "inspect", checkpoint.image())
            .run("inspect");
    assertThat(inspect.awaitExit()).as(inspect::describe).isZero();
    assertThat(inspect.stdout()).containsPattern("working set: the first requests write [1-9]");

    assertSame(checkpoint, input, 0, "state", "x", "");
    assertSame(checkpoint, input, 0, "state", "x", "", "it's", "'", "a\n$(b) \"c\" \\");
    assertSame(checkpoint, input, 0, "input");
    assertSame(checkpoint, input, 7, "exit", "7");
    assertSame(checkpoint, input, 8, "exit-elsewhere", "8");
    assertSame(checkpoint, input, 9, "halt", "9");
    assertSame(checkpoint, input, 1, "throw");
    assertSame(checkpoint, input, 0, "hook");
    assertSame(checkpoint, input, 0, "files");
    assertSame(checkpoint, input, 0, "directory");
    assertSame(checkpoint, input, 0, "settings");
    assertSame(checkpoint, input, 0, "plugin");
    assertSame(checkpoint, input, 0, "pool");
    assertSame(checkpoint, input, 0, "launcher");
    assertSame(checkpoint, input, 0);

    RunningProcess reading =
        new Command(BENCH, tool.folder())
            .add("bash", "-c", "exec \"$@\" 40<\"$0\"", input)
            .add(checkpoint.command("--no-fallback", "--", "read", "/dev/fd/40").words())
            .run("reading");
    assertThat(reading.awaitExit()).as(reading::describe).isZero();
    assertThat(reading.stdout()).as("as of <(COMMAND)").isEqualTo("one\ntwo\n");

    RunningProcess hanging = checkpoint.command("--no-fallback", "--", "hang").start("hang");
    hanging.awaitOutput("hanging");
    assertThat(hanging.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  void theCompilerOfTheJdkIsATool(Jdk jdk) throws Exception {
    TestJvm tool =
        new TestJvm(BENCH, jdk.require())
            .main("-m", "jdk.compiler/com.sun.tools.javac.Main")
            .withoutArguments();
    Path sources = tool.folder().resolve("sources");
    file(sources, "Hello.java", "class Hello { String say() { return \"hello\"; } }");
    file(sources, "Broken.java", "class Broken { int number = \"text\"; }");
    Path training =
        training(
            tool,
            "in=sources -d out Hello.java",
            "in=sources -Xlint:all Broken.java",
            "in=sources Missing.java",
            "--version");
    Checkpoint checkpoint = tool.checkpoint("at=main,train=" + training + SHORT);
    assertThat(checkpoint.process().stderr())
        .contains("self-check: 4 command lines behave the same restored");

    Path folder = BENCH.newFolder("work");
    file(folder, "Hello.java", "class Hello { record Pair(int one, long other) {} }");
    RunningProcess compiled =
        checkpoint.command("--no-fallback", "--", "Hello.java").in(folder).run("javac");
    assertThat(compiled.awaitExit()).as(compiled::describe).isZero();
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("Hello.java", "Hello.class", "Hello$Pair.class");
    assertSame(checkpoint, training, 1, "-Xlint:all", "given");
    assertSame(checkpoint, training, 2, "--no-such-option");
    assertSame(checkpoint, training, 0, "--help");
  }

  /**
   * Shows that nothing is wrong in silence: what a class has made of settings and files stays in
   * the image.
   */
  @OnEachJdk
  @Tag("core")
  void whatAnInitialiserHasReadMustNotHaveChanged(Jdk jdk) throws Exception {
    TestJvm tool = tool(jdk);
    Path read = file(tool.folder(), "read", "old");
    tool.vm("-Dtool.file=" + read);
    Path training = training(tool, "fixed");
    Command making =
        tool.command("image=" + tool.image() + ",at=main,train=" + training + SHORT)
            .with("TOOL_MODE", "one");
    Checkpoint checkpoint = tool.checkpoint(making.start("making"));

    assertFixed(checkpoint, "", "one null old\n", Map.of("TOOL_MODE", "one", "TERM", "other"));
    String differs =
        "\"%s\" differs from the checkpoint's, and the application has read it before it";
    String variable = differs.formatted("TOOL_MODE");
    assertFixed(checkpoint, variable, "two null old\n", Map.of("TOOL_MODE", "two"));
    assertFixed(checkpoint, variable, "null null old\n", Map.of());
    Map<String, String> same = Map.of("TOOL_MODE", "one");
    String property = "-Dtool.mode=x";
    assertFixed(checkpoint, differs.formatted("-Dtool.mode"), "one x old\n", same, property);

    Files.writeString(read, "changed");
    String changed =
        "the file \"" + read + "\" was read before the checkpoint, and has changed since";
    assertFixed(checkpoint, changed, "one null changed\n", same);
  }

  /** Starts a tool, which runs normally for this reason, or from its image if there is none. */
  private static void assertFixed(
      Checkpoint checkpoint,
      String reason,
      String output,
      Map<String, String> environment,
      Object... options)
      throws Exception {
    Command command = checkpoint.command(options).add("--", "fixed");
    environment.forEach(command::with);
    RunningProcess process = command.run("fixed");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stdout()).isEqualTo(output);
    if (reason.isEmpty()) {
      assertThat(process.messages()).isEmpty();
    } else {
      assertThat(process.messages())
          .containsExactly(
              "crjvm: cannot restore \"%s\": %s (make %s); starting the application normally"
                  .formatted(
                      checkpoint.image(),
                      reason,
                      reason.startsWith("the file") ? "a new image" : "an image with it"));
    }
  }

  @Test
  void virtualThreadsOfARunEndWithIt_OrAreNamed() throws Exception {
    TestJvm tool = tool(Jdk.newest());
    Path ended = tool.folder().resolve("ended");
    Path training = training(tool, "tasks 5", "leave " + ended);
    Checkpoint checkpoint = tool.checkpoint("at=main,train=" + training + SHORT);
    assertThat(ended).as("the executor was shut down").exists();
    assertThat(checkpoint.process().messages())
        .contains(
            "crjvm: threads of training runs that go on in the image: a virtual thread; the"
                + " self-check will tell whether it matters",
            "crjvm: self-check: 2 command lines behave the same restored");
    Files.delete(ended);
    for (String count : List.of("1", "40")) {
      assertSame(checkpoint, training, 0, "tasks", count);
    }
    assertSame(checkpoint, training, 1, "tasks", "many");
    assertSame(checkpoint, training, 0, "leave", ended);
    assertThat(ended).doesNotExist();
  }

  @Test
  @Tag("core")
  void aToolThatBehavesOtherwiseRestoredGetsNoImage() throws Exception {
    TestJvm tool = tool(Jdk.any());
    Path training = training(tool, "state", "security");
    RunningProcess process =
        tool.command("image=" + tool.image() + ",at=main,train=" + training + SHORT)
            .add("security")
            .start("difference");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.messages())
        .anyMatch(
            line ->
                line.startsWith(
                        "crjvm: checkpoint failed: the self-check found a difference: restored, the"
                            + " command line 2 (\"security\") writes otherwise to stdout: line 1 is")
                    && line.contains("instead of \"runs: 1\""));
    assertThat(process.stdout()).as("a run as with plain java").isEqualTo("runs: 1\n");
    assertThat(tool.image()).doesNotExist();
    assertThat(tool.folder().toFile().list()).containsExactly("training");
  }

  /**
   * Shows that the run that was asked for is in a JVM without the agent, wherever the agent's
   * option stands.
   */
  @OnEachJdk
  void aRefusedTrainingLeavesAPlainRun(Jdk jdk) throws Exception {
    TestJvm tool = tool(jdk);
    Path input = file(tool.folder(), "input", "one\ntwo\n");
    Path training = training(tool, "state", "security");
    String option =
        "-javaagent:"
            + BENCH.agent()
            + "=image="
            + tool.image()
            + ",at=main,quiet=off,train-limit=1s,train="
            + training;
    Path file = file(tool.folder(), "options", option + "\n");
    for (List<String> arguments :
        List.of(
            List.of("state", "a", "-javaagent:x"),
            List.of("exit", "7"),
            List.of("launcher"),
            List.of("input"),
            List.of("read", "/dev/fd/40"))) {
      assertPlain(tool, input, arguments, List.of(option), Map.of());
    }
    List<String> another = List.of("security");
    assertPlain(tool, input, another, List.of(option + ",portable=v2"), Map.of());
    assertPlain(tool, input, another, List.of("@" + file), Map.of());
    assertPlain(tool, input, another, List.of(), Map.of("JDK_JAVA_OPTIONS", option));
    assertPlain(tool, input, another, List.of(), Map.of("JAVA_TOOL_OPTIONS", option));
  }

  private static void assertPlain(
      TestJvm tool,
      Path input,
      List<String> arguments,
      List<String> options,
      Map<String, String> environment)
      throws Exception {
    List<String> words = new ArrayList<>(tool.plainCommand().add(arguments).words());
    RunningProcess plain = run(tool, input, words, Map.of());
    words.addAll(1, options);
    RunningProcess refused = run(tool, input, words, environment);
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(plain.awaitExit());
    assertThat(refused.stderr()).contains("the self-check found a difference");
    assertThat(refused.stdout()).isEqualTo(plain.stdout());
    assertThat(tool.image()).doesNotExist();
  }

  private static RunningProcess run(
      TestJvm tool, Path input, List<String> words, Map<String, String> environment)
      throws Exception {
    Command command =
        new Command(BENCH, tool.folder())
            .add("bash", "-c", "exec \"$@\" 40<\"$0\"", input)
            .add(words)
            .input(Redirect.from(input.toFile()));
    environment.forEach(command::with);
    return command.run("run");
  }

  @Test
  void anImageOfItsWorkIsNotComparedWithTrainingRuns() throws Exception {
    TestJvm tool = tool(Jdk.any());
    Path training = training(tool, "state a");
    RunningProcess process =
        tool.command("image=" + tool.image() + ",at=main,then=continue,train=" + training + SHORT)
            .add("hang")
            .start("working");
    process.awaitOutput("hanging");
    assertThat(process.stderr()).contains("self-check: 1 command lines behave the same restored");
    Path work = tool.folder().resolve("of-its-work");
    RunningProcess asked =
        new Command(BENCH, tool.folder())
            .add(BENCH.launcher(), "checkpoint", process.pid(), "--image", work)
            .with("JAVA_HOME", tool.jdk().home().toString())
            .run("asked");
    assertThat(asked.awaitExit()).as(() -> asked.describe() + process.describe()).isZero();
    assertThat(process.messages()).filteredOn(line -> line.contains("self-check")).hasSize(1);
    process.kill();
    RunningProcess restored =
        new Command(BENCH, tool.folder())
            .add(BENCH.launcher(), "run", "--no-fallback", "--image", work)
            .start("restored");
    Await.until(
        RunningProcess.LIMIT,
        "the restored one",
        () -> Integer.parseInt(restored.status("Threads")) > 5 || !restored.isAlive(),
        restored::describe);
    assertThat(restored.terminate()).as(restored::describe).isEqualTo(143);
  }

  @Test
  void jobsWithoutShutdownHooksLeaveNoWorkingSet() throws Exception {
    TestJvm tool = tool(Jdk.any());
    Path training = training(tool, "halt 3");
    Checkpoint checkpoint = tool.checkpoint("at=main,train=" + training + SHORT);
    assertThat(checkpoint.process().messages())
        .contains(
            "crjvm: the image has no working set: every command line of the trial ended without"
                + " shutdown hooks, which record the memory; it works without");
    assertSame(checkpoint, training, 4, "halt", "4");
  }

  @Test
  void aBadTrainingFileIsNamedAndTheToolRuns() throws Exception {
    TestJvm tool = tool(Jdk.any());
    Path missing = training(tool, "in=nowhere state");
    RunningProcess process = tool.command("at=main,train=" + missing).add("state").run("missing");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.messages())
        .containsExactly(
            "crjvm: no checkpoint will be made: in the training file \""
                + missing
                + "\", line 1, \"in="
                + tool.folder().resolve("nowhere")
                + "\" is not a folder; see that it is there");
    assertThat(process.stdout()).startsWith("1 1 1 [state]");
  }
}
