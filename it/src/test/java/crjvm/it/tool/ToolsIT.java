package crjvm.it.tool;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tools of other people in {@code examples/tools}. From their images they behave as with plain
 * java. {@code -Dcrjvm.it.tools=all} takes all of them, and {@code -Dcrjvm.it.tools=pmd,saxon}
 * those two. Without it, a compiler and an interpreter are tested.
 */
@BesideOthers
@Tag("tool")
class ToolsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String TOOLS = System.getProperty("crjvm.it.tools", "javac,rhino");

  private static final String FOLDER = "examples/tools/";
  private static final List<String> SHARED = List.of("make", "compare", "Compare.java", "sources");
  private static final Duration LIMIT = Duration.ofMinutes(8);

  static List<String> tools() throws IOException {
    if (!TOOLS.equals("all")) {
      return List.of(TOOLS.split(","));
    }
    try (Stream<Path> files = Files.list(Workbench.source("../" + FOLDER))) {
      List<String> all =
          files
              .filter(folder -> Files.exists(folder.resolve("lists")))
              .map(folder -> folder.getFileName().toString())
              .sorted()
              .toList();
      assertThat(all).hasSizeGreaterThan(8);
      return all;
    }
  }

  @ParameterizedTest
  @MethodSource("tools")
  void aRestoredToolBehavesAsWithPlainJava(String tool) throws Exception {
    for (String each : SHARED) {
      BENCH.copyOf(FOLDER + each);
    }
    Path folder = BENCH.copyOf(FOLDER + tool).getParent();
    Path made = BENCH.newFolder(tool);
    RunningProcess make =
        run("make", folder.resolve("make"), "--crjvm", BENCH.product(), made, tool);
    assertThat(make.awaitExit()).as(make::describe).isZero();
    assertThat(make.stdout())
        .contains("command lines behave the same restored", "crjvm: image ready: ")
        .doesNotContain("no working set");
    RunningProcess compare = run("compare", folder.resolve("compare"), made, tool);
    assertThat(compare.awaitExit()).as(compare::describe).isZero();
    assertThat(compare.stdout())
        .isEqualTo(tool + ": 20 of 20 argument lists behave the same" + System.lineSeparator());
  }

  private static RunningProcess run(String name, Object... words) throws IOException {
    RunningProcess process =
        new Command(BENCH, BENCH.newFolder("work"))
            .add(words)
            .with("JAVA_HOME", Jdk.any().home().toString())
            .start(name);
    Await.until(LIMIT, name + " to end", () -> !process.isAlive(), process::describe);
    return process;
  }
}
