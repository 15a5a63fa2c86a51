package crjvm.agent.os.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.JdkLack;
import org.junit.jupiter.api.Test;

class JdkInsideTest {
  private static final class Example {
    private final int number;
    private final String text;

    Example(int number, String text) {
      this.number = number;
      this.text = text;
    }
  }

  private final Example example = new Example(1, "a");

  @Test
  void theFirstNameThatIsThereCounts() throws Exception {
    assertThat(JdkInside.field(Example.class, "count", "number").get(example)).isEqualTo(1);
  }

  @Test
  void lacksNameWhatIsMissing() {
    assertThatThrownBy(() -> JdkInside.field(Example.class, "count", "size"))
        .isInstanceOf(JdkLack.class)
        .hasMessage(Example.class.getName() + ".count");
    assertThatThrownBy(() -> JdkInside.method(String.class, "reversed"))
        .isInstanceOf(JdkLack.class)
        .hasMessage("java.lang.String.reversed");
    assertThatThrownBy(() -> JdkInside.type("sun.misc.Moon"))
        .isInstanceOf(JdkLack.class)
        .hasMessage("sun.misc.Moon");
  }

  @Test
  void finalFieldsCanBeSet() throws Exception {
    MutableField number = JdkInside.mutableField(Example.class, "number");
    MutableField text = JdkInside.mutableField(Example.class, "text");

    number.set(example, 2);
    text.set(example, "b");

    assertThat(number.get(example)).isEqualTo(2);
    assertThat(text.get(example)).isEqualTo("b");
    assertThat(example.number).isEqualTo(2);
    assertThat(example.text).isEqualTo("b");
  }
}
