package crjvm.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShownCommandTest {
  @Test
  void theArgumentsAreThoseOfTheNewStart() {
    assertThat(ShownCommand.command("tool.jar", List.of(), List.of("a", "b c")))
        .isEqualTo("tool.jar a b c");
    assertThat(ShownCommand.command("m/Main a b", List.of("a", "b"), List.of("c")))
        .isEqualTo("m/Main c");
    assertThat(ShownCommand.command("Main a", List.of("a"), List.of())).isEqualTo("Main");
    assertThat(ShownCommand.command("Main", List.of("other"), List.of("c"))).isEqualTo("Main c");
  }
}
