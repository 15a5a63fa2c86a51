package crjvm.maven;

import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.maven.plugin.MojoExecutionException;

/** The text after {@code -javaagent:crjvm.jar=}. */
final class AgentOptions {
  /**
   * The options that the plugin sets itself, from parameters of their own or because it depends on
   * their values.
   */
  private static final Set<String> RESERVED =
      Set.of("image", "at", "warmup", "then", "entry", "every", "keep");

  private final StringJoiner text = new StringJoiner(",");

  /** Adds an option, and escapes commas and backslashes in its value. */
  AgentOptions add(String name, String value) {
    text.add(name + "=" + value.replace("\\", "\\\\").replace(",", "\\,"));
    return this;
  }

  /**
   * Adds the user's options.
   *
   * @throws MojoExecutionException if one of them is reserved for the plugin or has no value
   */
  AgentOptions addAll(Map<String, String> options) throws MojoExecutionException {
    for (Map.Entry<String, String> each : options.entrySet()) {
      if (RESERVED.contains(each.getKey())) {
        throw new MojoExecutionException(
            "the agent's option \""
                + each.getKey()
                + "\" can't be in agentOptions; use the plugin's parameters (image, at, warmUp)");
      }
      if (each.getValue() == null || each.getValue().isBlank()) {
        throw new MojoExecutionException(
            "the agent's option \""
                + each.getKey()
                + "\" in agentOptions has no value; give it one");
      }
      add(each.getKey(), each.getValue().strip());
    }
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
