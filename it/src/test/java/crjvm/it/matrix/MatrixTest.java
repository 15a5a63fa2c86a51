package crjvm.it.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MatrixTest {
  private static List<Integer> turnsOf(int index, int parts, int shift) {
    return IntStream.rangeClosed(1, 4)
        .filter(turn -> Matrix.Part.isTaken(index, parts, shift, turn))
        .boxed()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {-7, 0, 1, 2, 3, 10})
  void fourTurnsTakeEveryInvocationOfFourPartsOnce(int shift) {
    for (int index = 0; index < 100; index++) {
      assertThat(turnsOf(index, 4, shift)).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-7, 0, 1, 2, 3, 10})
  void twoTurnsInARowTakeEveryInvocationOfTwoParts(int shift) {
    for (int index = 0; index < 100; index++) {
      assertThat(turnsOf(index, 2, shift)).isIn(List.of(1, 3), List.of(2, 4));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aTurnTakesOneInvocationOfEachRowOfFour(int turn) {
    for (int row = 0; row < 20; row++) {
      int first = row * 4;
      assertThat(
              IntStream.range(first, first + 4)
                  .filter(index -> Matrix.Part.isTaken(index, 4, 0, turn)))
          .hasSize(1);
    }
  }
}
