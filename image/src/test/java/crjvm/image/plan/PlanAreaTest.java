package crjvm.image.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests which mappings one call can make. */
class PlanAreaTest {
  private static final long PAGE = 4096;
  private static final PlanArea FIRST = new PlanArea(16 * PAGE, PAGE, 5 * PAGE, 0, 3, 0, 0);

  private static PlanArea next(long start, long offset, int object, int prot, int flags) {
    return new PlanArea(start, 2 * PAGE, offset, object, prot, flags, 0);
  }

  @Test
  void whatLiesBehindOnBothSidesContinues() {
    PlanArea next = next(17 * PAGE, 6 * PAGE, 0, 3, 0);
    assertThat(FIRST.isContinuedBy(next)).isTrue();
    assertThat(FIRST.with(next)).isEqualTo(new PlanArea(16 * PAGE, 3 * PAGE, 5 * PAGE, 0, 3, 0, 0));
  }

  @Test
  void anythingElseDoesNot() {
    assertThat(FIRST.isContinuedBy(next(18 * PAGE, 6 * PAGE, 0, 3, 0))).isFalse();
    assertThat(FIRST.isContinuedBy(next(17 * PAGE, 7 * PAGE, 0, 3, 0))).isFalse();
    assertThat(FIRST.isContinuedBy(next(17 * PAGE, 6 * PAGE, 1, 3, 0))).isFalse();
    assertThat(FIRST.isContinuedBy(next(17 * PAGE, 6 * PAGE, 0, 1, 0))).isFalse();
    assertThat(FIRST.isContinuedBy(next(17 * PAGE, 6 * PAGE, 0, 3, PlanArea.STACK))).isFalse();
  }

  @Test
  void anonymousMemoryHasNoOffsetThatMatters() {
    PlanArea first = next(16 * PAGE, 0, PlanArea.ANONYMOUS, 3, 0);
    assertThat(first.isContinuedBy(next(18 * PAGE, 0, PlanArea.ANONYMOUS, 3, 0))).isTrue();
  }

  @Test
  void whatGrowsDownwardsStaysAlone() {
    PlanArea stack = next(16 * PAGE, 0, PlanArea.ANONYMOUS, 3, PlanArea.GROWS_DOWN);
    PlanArea above = next(18 * PAGE, 0, PlanArea.ANONYMOUS, 3, PlanArea.GROWS_DOWN);
    assertThat(stack.isContinuedBy(above)).isFalse();
  }
}
