package crjvm.micronaut;

import crjvm.Crjvm;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.CommandLinePropertySource;
import io.micronaut.context.env.Environment;
import io.micronaut.core.reflect.ClassUtils;
import io.micronaut.runtime.server.EmbeddedServer;
import java.util.List;

/** The port on which the server listens. crjvm opens it before the application continues. */
final class ServerPort implements Follower {
  private static final String PROPERTY = "micronaut.server.port";
  private static final String ARGUMENT = "--" + PROPERTY;
  private static final String SHORT_ARGUMENT = "-" + PROPERTY;
  private static final String OPTION = "-D" + PROPERTY;
  private static final int DEFAULT = 8080;

  private final Environment environment;
  private final Integer port; // null: the port can't follow a setting

  ServerPort(ApplicationContext context) {
    environment = context.getEnvironment();
    Integer actual =
        context
            .findBean(EmbeddedServer.class)
            .filter(EmbeddedServer::isRunning)
            .map(EmbeddedServer::getPort)
            .orElse(null);
    Integer wanted = environment.getProperty(PROPERTY, Integer.class).orElse(DEFAULT);
    port = wanted.equals(actual) && !isClosedAtCheckpoints(context) ? actual : null;
    if (port != null) {
      Crjvm.portFollows(port, names().toArray(new String[0]));
    }
  }

  /** Returns whether micronaut-crac closes the port before the checkpoint, and opens it again. */
  private static boolean isClosedAtCheckpoints(ApplicationContext context) {
    return ClassUtils.forName("io.micronaut.crac.CracResourceRegistrar", context.getClassLoader())
        .filter(context::containsBean)
        .isPresent();
  }

  /**
   * Returns the names of the present setting and of those that take precedence over it, the highest
   * first.
   */
  private List<String> names() {
    boolean isArgument =
        environment.getPropertySources().stream()
            .filter(source -> source.getName().equals(CommandLinePropertySource.NAME))
            .anyMatch(source -> source.get(PROPERTY) != null);
    if (isArgument) {
      return List.of(ARGUMENT, SHORT_ARGUMENT);
    } else if (System.getProperty(PROPERTY) != null) {
      return List.of(ARGUMENT, SHORT_ARGUMENT, OPTION);
    }
    return List.of(ARGUMENT, SHORT_ARGUMENT, OPTION, "MICRONAUT_SERVER_PORT");
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
        && property.equals(PROPERTY)
        && environment
            .getProperty(PROPERTY, Integer.class)
            .orElse(DEFAULT)
            .equals(Integer.getInteger("crjvm.listen." + port, port));
  }

  /** Does nothing: crjvm has opened the port. */
  @Override
  public void apply() {}
}
