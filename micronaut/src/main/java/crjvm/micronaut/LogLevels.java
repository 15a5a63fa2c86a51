package crjvm.micronaut;

import io.micronaut.context.ApplicationContext;
import io.micronaut.core.naming.conventions.StringConvention;
import io.micronaut.logging.LogLevel;
import io.micronaut.logging.LoggingSystem;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The levels {@code logger.levels} of loggers. */
final class LogLevels implements Follower {
  private static final String PREFIX = "logger.levels";

  private final ApplicationContext context;
  private final Map<String, String> before;

  LogLevels(ApplicationContext context) {
    this.context = context;
    before = levels();
  }

  /** Returns the levels under the names of files, and those that variables and properties say. */
  private Map<String, String> levels() {
    Map<String, Object> all = new TreeMap<>();
    all.putAll(context.getEnvironment().getProperties(PREFIX, StringConvention.RAW));
    all.putAll(context.getEnvironment().getProperties(PREFIX));
    Map<String, String> levels = new TreeMap<>();
    all.forEach((name, level) -> levels.put(name, level.toString().toUpperCase(Locale.ROOT)));
    return levels;
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
    Map<String, String> now = levels();
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    for (String name : names) {
      if (!Objects.equals(before.get(name), now.get(name))) {
        LogLevel level =
            now.containsKey(name) ? LogLevel.valueOf(now.get(name)) : LogLevel.NOT_SPECIFIED;
        context
            .getBeansOfType(LoggingSystem.class)
            .forEach(system -> system.setLogLevel(name, level));
      }
    }
  }
}
