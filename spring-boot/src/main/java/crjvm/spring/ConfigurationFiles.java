package crjvm.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The files {@code application.properties} and so on, which depend on the active profiles. */
final class ConfigurationFiles implements Follower {
  private static final String PROFILES = "spring.profiles.active";

  /** The beginning of the names that Spring Boot gives these files. */
  private static final String FILE = "Config resource ";

  private final ConfigurableApplicationContext context;
  private final String profiles;

  ConfigurationFiles(ConfigurableApplicationContext context) {
    this.context = context;
    profiles = context.getEnvironment().getProperty(PROFILES);
  }

  static boolean isFile(PropertySource<?> source) {
    return source.getName().startsWith(FILE);
  }

  @Override
  public List<String> settings() {
    return SettingNames.of(PROFILES);
  }

  @Override
  public boolean takes(String property) {
    return SettingNames.areSame(property, PROFILES);
  }

  /**
   * Replaces the properties from the files if other profiles are active now. Beans that depend on a
   * profile stay.
   */
  @Override
  public void apply() {
    ConfigurableEnvironment environment = context.getEnvironment();
    if (Objects.equals(profiles, environment.getProperty(PROFILES))) {
      return;
    }
    ConfigurableEnvironment fresh = new StandardEnvironment();
    MutablePropertySources sources = fresh.getPropertySources();
    sources.stream().map(PropertySource::getName).toList().forEach(sources::remove);
    environment.getPropertySources().stream()
        .filter(source -> !isFile(source) && !source.getName().equals("configurationProperties"))
        .forEach(sources::addLast);
    ConfigDataEnvironmentPostProcessor.applyTo(fresh);
    replaceFiles(environment.getPropertySources(), sources);
    environment.setActiveProfiles(fresh.getActiveProfiles());
  }

  private static void replaceFiles(MutablePropertySources old, MutablePropertySources fresh) {
    List<PropertySource<?>> files = new ArrayList<>();
    fresh.stream().filter(ConfigurationFiles::isFile).forEach(files::add);
    String before = null;
    for (PropertySource<?> source : old.stream().toList()) {
      if (isFile(source)) {
        old.remove(source.getName());
      } else if (before == null || fresh.precedenceOf(source) < firstFile(fresh)) {
        before = source.getName();
      }
    }
    for (PropertySource<?> file : files) {
      if (before == null) {
        old.addLast(file);
      } else {
        old.addAfter(before, file);
      }
      before = file.getName();
    }
  }

  private static int firstFile(MutablePropertySources sources) {
    return sources.stream()
        .filter(ConfigurationFiles::isFile)
        .mapToInt(sources::precedenceOf)
        .min()
        .orElse(Integer.MAX_VALUE);
  }
}
