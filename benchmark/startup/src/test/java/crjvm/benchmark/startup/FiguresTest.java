package crjvm.benchmark.startup;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.benchmark.startup.Figures.Summary;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void medianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
    assertThat(Figures.summary(List.of(4.0, 1.0, 3.0, 10.0))).isEqualTo(new Summary(3.5, 1, 10, 4));
  }

  @Test
  void percentileIsTheSmallestValueThatSoManyDoNotExceed() {
    double[] sorted = new double[999];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = i + 1;
    }
    assertThat(Figures.percentile(sorted, 50)).isEqualTo(500);
    assertThat(Figures.percentile(sorted, 99)).isEqualTo(990);
    assertThat(Figures.percentile(new double[] {7}, 99)).isEqualTo(7);
  }

  @Test
  void firstReasonIsKept() {
    Figures figures = new Figures();
    figures.setMissing("this", "cause");
    figures.setMissing("this", "consequence");
    assertThat(figures.missing()).containsEntry("this", "cause");
  }

  @Test
  void threeDigitsAreShown() {
    assertThat(Tables.number(7951.4)).isEqualTo("7,951");
    assertThat(Tables.number(99.96)).isEqualTo("100");
    assertThat(Tables.number(22.52)).isEqualTo("22.5");
    assertThat(Tables.number(9.996)).isEqualTo("10.0");
    assertThat(Tables.number(1.234)).isEqualTo("1.23");
    assertThat(Tables.number(0.1234)).isEqualTo("0.123");
    assertThat(Tables.format(new Summary(2, 1, 3, 3))).isEqualTo("2.00 (1.00–3.00)");
    assertThat(Tables.format(new Summary(2, 2, 2, 1))).isEqualTo("2.00");
  }
}
