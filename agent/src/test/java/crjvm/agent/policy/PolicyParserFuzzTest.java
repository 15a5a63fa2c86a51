package crjvm.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tests that any policy file either has rules, or is refused with the number of a line. */
class PolicyParserFuzzTest {
  @FuzzTest
  void parse(byte[] content) {
    List<String> lines = new String(content, StandardCharsets.UTF_8).lines().toList();
    if (lines.stream().anyMatch(PolicyParserFuzzTest::mayNameAHost)) {
      return; // the name would be looked up
    }
    try {
      assertThat(new PolicyParser().parse(lines)).doesNotContainNull();
    } catch (PolicyException e) {
      assertThat(e.line()).isBetween(0, lines.size());
    }
  }

  private static boolean mayNameAHost(String line) {
    String text = line.strip().toLowerCase(java.util.Locale.ROOT);
    String value = text.substring(text.indexOf(':') + 1).strip();
    boolean isAddress = text.contains("address");
    return isAddress && !value.matches("[0-9.]{7,15}|[0-9a-f:]*:[0-9a-f:.]*");
  }
}
