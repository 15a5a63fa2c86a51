package crjvm.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import crjvm.agent.message.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Tests that any training file either has command lines, or is refused by a message with its name.
 */
class TrainingFileFuzzTest {
  @FuzzTest
  void parse(byte[] content) {
    try {
      assertThat(
              TrainingFile.parse(Path.of("/t/lines"), new String(content, StandardCharsets.UTF_8)))
          .isNotEmpty()
          .doesNotContainNull();
    } catch (Failure e) {
      assertThat(e).hasMessageContaining("\"/t/lines\"");
    }
  }
}
