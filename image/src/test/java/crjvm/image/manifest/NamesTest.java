package crjvm.image.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests that names can be printed on a terminal. */
class NamesTest {
  @Test
  void linesHaveNothingThatTerminalsObey() {
    assertThat(Names.visible("a\u001b[31mb\u0007\u009bc\nd\u007f")).isEqualTo("a?[31mb??c?d?");
    assertThat(Names.visible("Grüße, 世界 — \"…\"")).isEqualTo("Grüße, 世界 — \"…\"");
  }
}
