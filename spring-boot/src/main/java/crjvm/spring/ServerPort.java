package crjvm.spring;

import crjvm.Crjvm;
import java.util.List;
import java.util.Map;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;

/** The port on which the server listens. crjvm opens it before the application continues. */
final class ServerPort implements Follower {
  private static final String PROPERTY = "server.port";
  private static final String ACTUAL = "local.server.port";
  private static final String ACTUAL_SOURCE = "server.ports";
  private static final String ARGUMENT = "--" + PROPERTY;
  private static final String OPTION = "-D" + PROPERTY;

  private final ConfigurableEnvironment environment;
  private final Integer port; // null: the port can't follow a setting

  ServerPort(ConfigurableEnvironment environment) {
    this.environment = environment;
    Integer actual = environment.getProperty(ACTUAL, Integer.class);
    Integer wanted = environment.getProperty(PROPERTY, Integer.class, 8080);
    // With org.crac, Spring closes the port before the checkpoint and opens it again.
    boolean isClosed = ClassUtils.isPresent("org.crac.Core", getClass().getClassLoader());
    port = !isClosed && wanted.equals(actual) ? actual : null;
    if (port != null) {
      Crjvm.portFollows(port, names().toArray(new String[0]));
    }
  }

  /**
   * Returns the names of the present setting and of those that take precedence over it, the highest
   * first.
   */
  private List<String> names() {
    PropertySource<?> arguments =
        environment
            .getPropertySources()
            .get(CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME);
    if (arguments != null && arguments.containsProperty(PROPERTY)) {
      return List.of(ARGUMENT);
    } else if (System.getProperty(PROPERTY) != null) {
      return List.of(ARGUMENT, OPTION);
    }
    return List.of(ARGUMENT, OPTION, "SERVER_PORT");
  }

  @Override
  public List<String> settings() {
    return port == null ? List.of() : SettingNames.of(PROPERTY);
  }

  /**
   * Returns whether crjvm has applied the property. A port that only a file contains comes too
   * late.
   */
  @Override
  public boolean takes(String property) {
    return port != null
        && SettingNames.areSame(property, PROPERTY)
        && environment.getProperty(PROPERTY, "").equals(present().toString());
  }

  private Integer present() {
    return Integer.getInteger("crjvm.listen." + port, port);
  }

  @Override
  @SuppressWarnings("unchecked") // Spring Boot's own
  public void apply() {
    PropertySource<?> source = environment.getPropertySources().get(ACTUAL_SOURCE);
    if (port != null && source instanceof MapPropertySource map) {
      ((Map<String, Object>) map.getSource()).put(ACTUAL, present());
    }
  }
}
