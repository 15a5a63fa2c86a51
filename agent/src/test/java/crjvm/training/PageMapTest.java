package crjvm.training;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.plan.PlanArea;
import crjvm.image.plan.PlanWorkingSet;
import crjvm.training.PageMap.Use;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a process has of its pages. */
class PageMapTest {
  private static final long START = 0x7f0000000000L;

  private static List<PlanWorkingSet> runs(String uses) {
    List<PlanWorkingSet> set = new ArrayList<>();
    PageMap.addRuns(
        set,
        START,
        uses.chars()
            .mapToObj(c -> c == 'w' ? Use.WRITTEN : c == 'r' ? Use.READ : Use.NONE)
            .toList());
    return set;
  }

  private static PlanWorkingSet run(int page, int pages, boolean written) {
    return new PlanWorkingSet(START + page * 4096L, pages, written);
  }

  @Test
  void neighboursOfOneKindAreOneRun() {
    assertThat(runs("")).isEmpty();
    assertThat(runs("....")).isEmpty();
    assertThat(runs("wwrr.ww")).containsExactly(run(0, 2, true), run(2, 2, false), run(5, 2, true));
  }

  @Test
  void smallGapsBetweenReadPagesAreReadToo() {
    assertThat(runs("r..r...")).containsExactly(run(0, 4, false));
    assertThat(runs("r" + ".".repeat(17) + "r"))
        .containsExactly(run(0, 1, false), run(18, 1, false));
    assertThat(runs("r.w.r")).containsExactly(run(0, 1, false), run(2, 1, true), run(4, 1, false));
  }

  @Test
  void readsThePagesOfThisProcess() throws Exception {
    PlanArea nowhere = new PlanArea(0x1000, 0x2000, 0, PlanArea.ANONYMOUS, 3, 0, 0);
    assertThat(new PageMap(ProcessHandle.current().pid()).workingSet(List.of(nowhere))).isEmpty();
  }
}
