package crjvm.image.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.dump.Pages;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that only whole pages are in a range, and that runs lose exactly these pages. */
class PageRangesTest {
  private static final long PAGE = Pages.PAGE;

  private final PageRanges ranges = new PageRanges();

  private List<Pages.Run> outside(long firstPage, long pages) {
    return ranges.outside(new Pages.Run(0, firstPage * PAGE, pages * PAGE, 7 * PAGE));
  }

  private static Pages.Run part(long firstPage, long pages, long offset) {
    return new Pages.Run(0, firstPage * PAGE, pages * PAGE, offset * PAGE);
  }

  @Test
  void nothingIsFreeAtFirst() {
    assertThat(outside(10, 5)).containsExactly(part(10, 5, 7));
  }

  @Test
  void pagesThatAreFreeInPartStay() {
    ranges.add(10 * PAGE + 1, 12 * PAGE + 100);
    ranges.add(13 * PAGE + 8, 14 * PAGE - 8);
    assertThat(outside(10, 5)).containsExactly(part(10, 1, 7), part(12, 3, 9));
  }

  @Test
  void spansMayReachBeyondARun() {
    ranges.add(5 * PAGE, 11 * PAGE);
    ranges.add(12 * PAGE, 13 * PAGE);
    ranges.add(14 * PAGE, 30 * PAGE);
    assertThat(outside(10, 5)).containsExactly(part(11, 1, 8), part(13, 1, 10));
    assertThat(outside(14, 6)).isEmpty();
    assertThat(outside(30, 2)).containsExactly(part(30, 2, 7));
  }

  @Test
  void spansMayBeginWithARun() {
    ranges.add(10 * PAGE, 12 * PAGE);
    assertThat(outside(10, 3)).containsExactly(part(12, 1, 9));
  }
}
