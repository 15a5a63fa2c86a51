package crjvm.image.dump;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Tests the computation of the time of the freeze from the moment at which CRIU reads the clocks.
 */
class DumpClocksTest {
  private static final long MS = 1_000_000;

  @Test
  void takesOffWhatTheDumpTook() {
    assertThat(DumpClocks.sinceFreeze(3000 * MS, 100 * MS)).isEqualTo(2890 * MS);
  }

  @Test
  void neverSaysMoreThanTheFrozenTime() {
    assertThat(DumpClocks.sinceFreeze(50 * MS, -5000 * MS)).isLessThanOrEqualTo(50 * MS);
  }

  @Test
  void neverSaysLessThanNothing() {
    assertThat(DumpClocks.sinceFreeze(50 * MS, 5000 * MS)).isZero();
  }

  @Test
  void timersWereReadLaterThanTheFreeze() {
    assertThat(DumpClocks.untilDescriptors(2890 * MS, 2860 * MS)).isEqualTo(40 * MS);
    assertThat(DumpClocks.untilDescriptors(2890 * MS, -5000 * MS)).isEqualTo(2890 * MS);
    assertThat(DumpClocks.untilDescriptors(2890 * MS, 5000 * MS)).isZero();
  }
}
