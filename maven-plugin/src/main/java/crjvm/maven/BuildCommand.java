package crjvm.maven;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.maven.plugin.MojoExecutionException;

/** The words of a {@code crjvm build}. */
final class BuildCommand {
  /**
   * The agent's options that the plugin sets itself, from parameters of their own or because it
   * depends on their values.
   */
  private static final Set<String> RESERVED =
      Set.of("image", "at", "warmup", "then", "entry", "every", "keep", "failure");

  private final List<String> words = new ArrayList<>(List.of("build"));

  /** Adds words as they are. */
  BuildCommand add(Object... others) {
    for (Object each : others) {
      words.add(each.toString());
    }
    return this;
  }

  /** Adds an option, if it has a value. */
  BuildCommand addOption(String option, String value) {
    return value == null || value.isBlank() ? this : add(option, value);
  }

  /** Adds environment variables of the application. */
  BuildCommand addVariables(Map<String, String> variables) {
    variables.forEach((name, value) -> add("--env", name + "=" + (value == null ? "" : value)));
    return this;
  }

  /**
   * Adds the user's options of the agent.
   *
   * @throws MojoExecutionException if one of them is reserved for the plugin or has no value
   */
  BuildCommand addAgentOptions(Map<String, String> options) throws MojoExecutionException {
    for (Map.Entry<String, String> each : options.entrySet()) {
      String name = each.getKey();
      String value = each.getValue();
      if (RESERVED.contains(name)) {
        throw new MojoExecutionException(
            "the agent's option \""
                + name
                + "\" can't be in agentOptions; use the plugin's parameters (image, at, warmUp)");
      }
      if (value == null || value.isBlank()) {
        throw new MojoExecutionException(
            "the agent's option \"" + name + "\" in agentOptions has no value; give it one");
      }
      add("--agent-option", name + "=" + value.strip());
    }
    return this;
  }

  Object[] words() {
    return words.toArray();
  }
}
