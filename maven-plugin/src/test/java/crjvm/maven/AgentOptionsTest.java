package crjvm.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.maven.plugin.MojoExecutionException;
import org.junit.jupiter.api.Test;

class AgentOptionsTest {
  @Test
  void commasAndBackslashesStayInTheirValue() throws Exception {
    AgentOptions options =
        new AgentOptions().add("image", "/a,b").addAll(Map.of("warm", " cmd:tr '\\n' , "));
    assertThat(options).hasToString("image=/a\\,b,warm=cmd:tr '\\\\n' \\,");
  }

  @Test
  void whatThePluginSetsItselfIsRefused() {
    for (String name : new String[] {"image", "at", "warmup", "then", "every"}) {
      assertThatThrownBy(() -> new AgentOptions().addAll(Map.of(name, "x")))
          .isInstanceOf(MojoExecutionException.class)
          .hasMessageStartingWith("the agent's option \"" + name + "\" can't be in agentOptions; ");
    }
  }

  @Test
  void anOptionNeedsAValue() {
    assertThatThrownBy(() -> new AgentOptions().addAll(Map.of("quiet", " ")))
        .hasMessage("the agent's option \"quiet\" in agentOptions has no value; give it one");
  }
}
