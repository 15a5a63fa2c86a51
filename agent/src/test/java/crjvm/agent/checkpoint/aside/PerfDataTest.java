package crjvm.agent.checkpoint.aside;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerfDataTest {
  private static final String LINE =
      "7f51ec808000-7f51ec810000 rw-s 00000000 fe:00 11174489                   /tmp/hsperfdata_app/14655";

  @Test
  void theMappingIsFound() {
    assertThat(PerfData.parse(List.of("7f51ec000000-7f51ec001000 rw-p 00000000 00:00 0 ", LINE)))
        .contains(new PerfData(Path.of("/tmp/hsperfdata_app/14655"), 0x7f51ec808000L, 0x8000));
  }

  @Test
  void anUnlinkedFileHasItsName() {
    assertThat(PerfData.parse(List.of(LINE + " (deleted)")))
        .get()
        .extracting(PerfData::file)
        .isEqualTo(Path.of("/tmp/hsperfdata_app/14655"));
  }

  @Test
  void withoutTheMappingThereIsNone() {
    assertThat(PerfData.parse(List.of("7f51ec000000-7f51ec001000 rw-p 00000000 00:00 0 [heap]")))
        .isEmpty();
  }
}
