package crjvm.agent.options;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import crjvm.agent.message.Failure;
import java.nio.charset.StandardCharsets;

/** Tests that any option string is either parsed, or refused in one line. */
class OptionParserFuzzTest {
  @FuzzTest
  void parse(byte[] text) {
    try {
      Options options = OptionParser.parse(new String(text, StandardCharsets.UTF_8));
      assertThat(options.moment().point()).isNotNull();
      assertThat(options.means().timeLimit()).isPositive();
      options.moment().quiet().ifPresent(quiet -> assertThat(quiet.isNegative()).isFalse());
      if (options.moment().warmUp().orElse(null) instanceof WarmUp.Requests requests) {
        assertThat(requests.total()).isPositive();
      }
    } catch (Failure e) {
      assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}");
    }
  }
}
