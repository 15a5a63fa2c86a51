package crjvm.agent.checkpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RemediesTest {
  @Test
  void adviceOfTheOtherProgramIsKept() {
    assertThat(Remedies.failure("crjvm: it is so; do this"))
        .hasMessage("checkpoint failed: it is so; do this");
  }

  @Test
  void aFullDiskHasItsAdvice() {
    assertThat(Remedies.failure("criu failed with status 1: No space left on device"))
        .hasMessage(
            "checkpoint failed: criu failed with status 1: No space left on device; "
                + "make room on the disk of the image");
  }

  @Test
  void theUnknownIsLookedUp() {
    assertThat(Remedies.failure("odd"))
        .hasMessage("checkpoint failed: odd; look it up in docs/troubleshooting.md");
  }
}
