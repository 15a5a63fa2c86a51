package crjvm.agent.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptFilesTest {
  private static final Path FIRST = Path.of("/tmp/first");
  private static final Path SECOND = Path.of("/tmp/second");

  @Test
  void aFailedCheckpointLeavesEarlierImagesTheirFiles() {
    KeptFiles kept = new KeptFiles();
    kept.propose(Set.of(SECOND));
    kept.giveUp();
    assertThat(kept.files()).isEmpty();
    kept.propose(Set.of(FIRST));
    kept.confirm();
    kept.propose(Set.of(SECOND));
    assertThat(kept.files()).containsExactlyInAnyOrder(FIRST, SECOND);
    kept.giveUp();
    assertThat(kept.files()).containsExactly(FIRST);
  }

  @Test
  void aProcessThatDoesNotEndDeletesWhatItLikes() {
    KeptFiles kept = new KeptFiles();
    kept.propose(Set.of(FIRST));
    assertThat(kept.test(FIRST)).isFalse();
  }
}
