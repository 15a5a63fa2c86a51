package crjvm.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.maven.plugin.MojoExecutionException;
import org.junit.jupiter.api.Test;

class BuildCommandTest {
  @Test
  void whatIsNotSetIsLeftOut() throws Exception {
    BuildCommand command =
        new BuildCommand()
            .addOption("--at", "port:1")
            .addOption("--url", null)
            .addOption("--warmup", "")
            .addVariables(Map.of("A", "b c"))
            .addAgentOptions(Map.of("quiet", " off "));
    assertThat(command.words())
        .containsExactly(
            "build", "--at", "port:1", "--env", "A=b c", "--agent-option", "quiet=off");
  }

  @Test
  void whatThePluginSetsItselfIsRefused() {
    for (String name : new String[] {"image", "at", "warmup", "then", "every", "failure"}) {
      assertThatThrownBy(() -> new BuildCommand().addAgentOptions(Map.of(name, "x")))
          .isInstanceOf(MojoExecutionException.class)
          .hasMessageStartingWith("the agent's option \"" + name + "\" can't be in agentOptions; ");
    }
  }

  @Test
  void anOptionNeedsAValue() {
    assertThatThrownBy(() -> new BuildCommand().addAgentOptions(Map.of("quiet", " ")))
        .hasMessage("the agent's option \"quiet\" in agentOptions has no value; give it one");
  }
}
