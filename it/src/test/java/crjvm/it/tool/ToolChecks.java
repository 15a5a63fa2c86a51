package crjvm.it.tool;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Checks on {@code ToolApplication}: its training, and its restored runs beside normal ones. */
public final class ToolChecks {
  private ToolChecks() {}

  public static TestJvm tool(Workbench bench, Jdk jdk) throws IOException {
    return new TestJvm(bench, jdk.require())
        .main("-cp", bench.application().toString(), "crjvm.it.app.ToolApplication")
        .withoutArguments();
  }

  public static Path training(TestJvm tool, String... lines) throws IOException {
    return User.ORDINARY.own(Files.write(tool.folder().resolve("training"), List.of(lines)));
  }

  public static Path file(Path folder, String name, String content) throws IOException {
    Files.createDirectories(folder);
    User.ORDINARY.own(folder);
    return User.ORDINARY.own(Files.writeString(folder.resolve(name), content));
  }

  /** Compares standard streams, status and files of a normal run and of a restored one. */
  public static void assertSame(Checkpoint checkpoint, Path input, int status, Object... arguments)
      throws Exception {
    String name = "tool-" + (arguments.length == 0 ? "none" : arguments[0]);
    Path folder = checkpoint.bench().newFolder("work");
    file(folder, "given", "of the run");
    RunningProcess normal =
        checkpoint.jvm().plainCommand().add(arguments).in(folder).input(from(input)).run(name);
    Files.deleteIfExists(folder.resolve("made"));
    Files.deleteIfExists(folder.resolve("absolute"));
    RunningProcess restored =
        checkpoint
            .command("--no-fallback", "--")
            .add(arguments)
            .in(folder)
            .input(from(input))
            .run(name + "-restored");
    assertThat(normal.awaitExit()).as(normal::describe).isEqualTo(status);
    assertThat(restored.awaitExit()).as(restored::describe).isEqualTo(status);
    assertThat(restored.stdout()).isEqualTo(normal.stdout());
    assertThat(restored.stderr()).isEqualTo(normal.stderr());
    assertThat(Files.exists(folder.resolve("passing"))).isFalse();
    if (arguments.length > 0 && arguments[0].equals("files")) {
      assertThat(folder.resolve("made")).hasContent("of the run");
      assertThat(folder.resolve("absolute")).exists();
    }
  }

  private static Redirect from(Path file) {
    return Redirect.from(file.toFile());
  }
}
