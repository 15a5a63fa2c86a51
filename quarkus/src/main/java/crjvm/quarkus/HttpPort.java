package crjvm.quarkus;

import crjvm.Crjvm;
import io.quarkus.bootstrap.runner.CracSupport;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.smallrye.config.SmallRyeConfig;
import java.util.List;

/** The port on which the server listens. crjvm opens it before the application continues. */
final class HttpPort implements Follower {
  private static final String PROPERTY = "quarkus.http.port";
  private static final String OPTION = "-D" + PROPERTY;
  private static final int DEFAULT = 8080;

  private final boolean follows;

  HttpPort(SmallRyeConfig config) {
    int actual = (Integer) Fields.get(VertxHttpRecorder.class, null, "actualHttpPort");
    int wanted = config.getOptionalValue(PROPERTY, Integer.class).orElse(DEFAULT);
    // With org.crac, Quarkus closes the port before the checkpoint and opens it again.
    follows = actual == wanted && !CracSupport.isEnabled();
    if (follows) {
      Crjvm.portFollows(actual, names().toArray(new String[0]));
    }
  }

  /**
   * Returns the names of the present setting and of those that take precedence over it, the highest
   * first.
   */
  private static List<String> names() {
    return System.getProperty(PROPERTY) == null
        ? List.of(OPTION, SettingNames.variable(PROPERTY))
        : List.of(OPTION);
  }

  @Override
  public List<String> settings() {
    return follows ? SettingNames.of(PROPERTY) : List.of();
  }

  /** Does nothing: crjvm has opened the port. */
  @Override
  public void apply() {}
}
