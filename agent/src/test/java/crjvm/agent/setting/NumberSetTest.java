package crjvm.agent.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class NumberSetTest {
  @Test
  void whatWasAddedIsThere() {
    Random random = new Random(1);
    NumberSet numbers = new NumberSet(1 << 17);
    Set<Integer> expected = new TreeSet<>(Integer::compareUnsigned);
    for (int i = 0; i < 50_000; i++) {
      int number = random.nextInt(100_000) - 50_000;
      assertThat(numbers.contains(number)).isEqualTo(expected.contains(number) && number != 0);
      if (number != 0) { // it counts as 1
        expected.add(number);
        numbers.add(number);
      }
    }
    assertThat(numbers.toArray())
        .containsExactly(expected.stream().mapToInt(Integer::intValue).toArray());
    numbers.clear();
    assertThat(numbers.toArray()).isEmpty();
  }

  @Test
  void noMoreThanAsMayBe() {
    NumberSet numbers = new NumberSet(2);
    for (int number = 1; number <= 3; number++) {
      numbers.add(number);
    }
    assertThat(numbers.toArray()).containsExactly(1, 2);
  }
}
