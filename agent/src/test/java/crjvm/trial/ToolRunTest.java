package crjvm.trial;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.tool.TrainingCommand;
import crjvm.trial.ToolRun.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolRunTest {
  @TempDir private Path place;

  private ToolRun run(String script) throws Exception {
    TrainingCommand command = new TrainingCommand(1, List.of(), Optional.empty(), Optional.empty());
    return ToolRun.run(command, List.of("sh", "-c", script), place);
  }

  @Test
  void ofAStackTraceItsFirstLineIsQuoted() throws Exception {
    String trace =
        "echo before; echo 'Exception in thread \"main\" java.lang.Error: the reason'; "
            + "printf '\\tat a.B.c(B.java:1)\\n\\t... 3 more\\nCaused by: d.E\\n\\tat f.G.h(G.java:2)\\n'";
    ToolRun failed = run("{ " + trace + "; } >&2; exit 1");
    assertThat(failed.difference(Part.STATUS, run("true")))
        .isEqualTo(
            "ends with status 1 (\"Exception in thread \"main\" java.lang.Error: the reason\"),"
                + " and normally it ends with status 0");
    assertThat(run("echo one >&2; echo two >&2; exit 2").difference(Part.STATUS, run("true")))
        .startsWith("ends with status 2 (\"two\"), and");
    assertThat(run("exit 3").difference(Part.STATUS, run("true")))
        .startsWith("ends with status 3, and");
  }

  @Test
  void whatTakesFarMoreTimeIsADifference() {
    assertThat(ToolRun.slowness(Duration.ofMillis(570_500), Duration.ofSeconds(18)))
        .hasValue("takes 570.5 s instead of 18.0 s");
    assertThat(ToolRun.slowness(Duration.ofSeconds(39), Duration.ofSeconds(10))).isEmpty();
    assertThat(ToolRun.slowness(Duration.ofSeconds(100), Duration.ofSeconds(40))).isEmpty();
  }

  @Test
  void longTextsAreCutInTheMiddle() {
    String text = "begin" + "x".repeat(300) + "the end";
    assertThat(ToolRun.shorten(text)).startsWith("beginx").endsWith("xthe end").contains("x…x");
    assertThat(ToolRun.shorten("y".repeat(240))).hasSize(240);
  }
}
