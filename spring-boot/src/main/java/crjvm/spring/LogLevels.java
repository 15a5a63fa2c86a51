package crjvm.spring;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggerGroup;
import org.springframework.boot.logging.LoggerGroups;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;

/** The levels {@code logging.level} of loggers and of groups of loggers. */
final class LogLevels implements Follower {
  private static final String PREFIX = "logging.level";

  private final ConfigurableApplicationContext context;
  private final Map<String, LogLevel> levels;

  LogLevels(ConfigurableApplicationContext context) {
    this.context = context;
    levels = levels();
  }

  private Map<String, LogLevel> levels() {
    return Binder.get(context.getEnvironment())
        .bind(PREFIX, Bindable.mapOf(String.class, LogLevel.class))
        .orElse(Map.of());
  }

  @Override
  public List<String> settings() {
    return SettingNames.below(PREFIX);
  }

  @Override
  public boolean takes(String property) {
    return SettingNames.isBelow(property, PREFIX);
  }

  @Override
  public void apply() {
    Map<String, LogLevel> now = levels();
    Set<String> names = new TreeSet<>(levels.keySet());
    names.addAll(now.keySet());
    names.removeIf(name -> Objects.equals(levels.get(name), now.get(name)));
    if (names.isEmpty()) {
      return;
    }
    LoggingSystem system = context.getBean(LoggingSystem.class);
    LoggerGroups groups = context.getBeanProvider(LoggerGroups.class).getIfAvailable();
    for (String name : names) {
      LoggerGroup group = groups == null ? null : groups.get(name);
      if (group != null && group.hasMembers()) {
        group.configureLogLevel(now.get(name), system::setLogLevel);
      } else {
        boolean isRoot = name.equalsIgnoreCase(LoggingSystem.ROOT_LOGGER_NAME);
        system.setLogLevel(isRoot ? null : name, now.get(name));
      }
    }
  }
}
