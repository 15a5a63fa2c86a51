package crjvm.agent.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptFilesTest {
  private static final Path ONE = Path.of("/one");
  private static final Path ANOTHER = Path.of("/another");

  @Test
  void aFailedCheckpointLeavesEarlierImagesTheirFiles() {
    KeptFiles kept = new KeptFiles();
    kept.propose(Set.of(ANOTHER));
    kept.giveUp();
    assertThat(kept.files()).isEmpty();
    kept.propose(Set.of(ONE));
    kept.confirm();
    kept.propose(Set.of(ANOTHER));
    assertThat(kept.files()).containsExactlyInAnyOrder(ONE, ANOTHER);
    kept.giveUp();
    assertThat(kept.files()).containsExactly(ONE);
  }

  @Test
  void aProcessThatDoesNotEndDeletesWhatItLikes() {
    KeptFiles kept = new KeptFiles();
    kept.propose(Set.of(ONE));
    assertThat(kept.test(ONE)).isFalse();
  }
}
