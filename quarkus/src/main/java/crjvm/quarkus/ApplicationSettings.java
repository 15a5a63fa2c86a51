package crjvm.quarkus;

import crjvm.Crjvm;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** The settings of the application at a checkpoint, and the changes that other settings cause. */
final class ApplicationSettings {
  private final SmallRyeConfig config;
  private final List<Follower> followers = new ArrayList<>();

  private ApplicationSettings(SmallRyeConfig config) {
    this.config = config;
    followers.add(new LogLevels(config));
    if (Classes.hasServer()) {
      followers.add(new HttpPort(config));
    }
    if (Classes.hasDataSources()) {
      followers.add(new DataSources(config));
    }
  }

  /** Remembers the present settings, and tells crjvm which of them the application follows. */
  static ApplicationSettings remember() {
    ApplicationSettings settings =
        new ApplicationSettings(ConfigProvider.getConfig().unwrap(SmallRyeConfig.class));
    for (Follower follower : settings.followers) {
      Crjvm.rereads(follower.settings().toArray(new String[0]));
    }
    return settings;
  }

  /** Applies the settings that differ now. If a part fails, a line says so. */
  void apply() {
    renewVariables();
    for (Follower follower : followers) {
      try {
        follower.apply();
      } catch (RuntimeException e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
          cause = cause.getCause();
        }
        String reason = Objects.toString(cause.getMessage(), cause.getClass().getName());
        System.err.println(
            "crjvm: the settings of this start differ from the checkpoint's, and the application"
                + " does not take all of them: "
                + reason.lines().findFirst().orElse(""));
      }
    }
  }

  /** Gives the configuration the present environment variables, of which it has a copy. */
  private void renewVariables() {
    Map<String, String> variables = new HashMap<>(System.getenv());
    for (ConfigSource source : config.getConfigSources()) {
      if (source instanceof EnvConfigSource && source.getName().equals(EnvConfigSource.NAME)) {
        EnvConfigSource fresh = new EnvConfigSource(variables, source.getOrdinal());
        for (String field : List.of("envVars", "hasProfiledName")) {
          Fields.set(
              EnvConfigSource.class,
              source,
              field,
              Fields.get(EnvConfigSource.class, fresh, field));
        }
      }
    }
  }
}
