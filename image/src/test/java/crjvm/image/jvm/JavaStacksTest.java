package crjvm.image.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.dump.Pages;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests the parts of pages that remain when parts of stacks are removed. */
class JavaStacksTest {
  private static final long PAGE = 4096;

  private static Pages.Run run(long from, long to) {
    return new Pages.Run(0, from * PAGE, (to - from) * PAGE, from * PAGE);
  }

  private static JavaStacks.Part part(long from, long to) {
    return new JavaStacks.Part(from * PAGE, to * PAGE);
  }

  private static List<Pages.Run> without(JavaStacks.Part... parts) {
    return JavaStacks.without(run(10, 20), List.of(parts));
  }

  @Test
  void whatTouchesNoPartStays() {
    assertThat(without()).containsExactly(run(10, 20));
    assertThat(without(part(0, 10), part(20, 30))).containsExactly(run(10, 20));
  }

  @Test
  void aPartLeavesWhatIsBelowAndAbove() {
    assertThat(without(part(5, 12))).containsExactly(run(12, 20));
    assertThat(without(part(18, 25))).containsExactly(run(10, 18));
    assertThat(without(part(13, 15))).containsExactly(run(10, 13), run(15, 20));
    assertThat(without(part(13, 15), part(16, 17)))
        .containsExactly(run(10, 13), run(15, 16), run(17, 20));
  }

  @Test
  void nothingIsLeftOfWhatLiesInside() {
    assertThat(without(part(10, 20))).isEmpty();
    assertThat(without(part(0, 30))).isEmpty();
  }
}
