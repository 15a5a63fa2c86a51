package crjvm.image.archive.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Tests the progress of long commands on terminals and elsewhere. */
class ProgressLineTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private String said(boolean isTerminal, boolean isVerbose, long total) {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    try (ProgressLine line = new ProgressLine(out, "packing", isTerminal, isVerbose)) {
      for (long done = 0; done <= 300 << 20; done += 1 << 20) {
        line.at(done, total);
      }
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aPipeGetsNothing() {
    assertThat(said(false, false, 300 << 20)).isEmpty();
  }

  @Test
  void verboseGivesALineNowAndThen() {
    assertThat(said(false, true, 300 << 20))
        .hasLineCount(11)
        .startsWith("crjvm: packing: 0 %\ncrjvm: packing: 10 %\n")
        .endsWith("crjvm: packing: 100 %\n");
  }

  @Test
  void anUnknownTotalGivesTheAmount() {
    assertThat(said(false, true, 0))
        .isEqualTo(
            "crjvm: packing: 0 MiB\ncrjvm: packing: 64 MiB\ncrjvm: packing: 128 MiB\n"
                + "crjvm: packing: 192 MiB\ncrjvm: packing: 256 MiB\n");
  }

  @Test
  void aTerminalHasOneLineThatIsGoneAtTheEnd() {
    assertThat(said(true, false, 300 << 20))
        .doesNotContain("\n")
        .contains("\r\033[Kcrjvm: packing: 1 %\r\033[Kcrjvm: packing: 2 %")
        .endsWith("100 %\r\033[K");
  }
}
