package crjvm.agent.checkpoint.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LauncherTest {
  @Test
  void aWordOfACommandIsQuotedOnlyIfAShellNeedsIt() {
    assertThat(Launcher.shellWord("/opt/crjvm/bin/crjvm")).isEqualTo("/opt/crjvm/bin/crjvm");
    assertThat(Launcher.shellWord("/srv/my image")).isEqualTo("'/srv/my image'");
    assertThat(Launcher.shellWord("it's")).isEqualTo("'it'\\''s'");
    assertThat(Launcher.shellWord("")).isEqualTo("''");
  }
}
