package crjvm.quarkus;

import io.smallrye.config.SmallRyeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;

/** The levels {@code quarkus.log.level} and those of the categories. */
final class LogLevels implements Follower {
  private static final String ROOT = "quarkus.log.level";
  private static final String CATEGORY = "quarkus.log.category.";
  private static final String LEVEL = ".level";

  private final SmallRyeConfig config;
  private final Map<String, String> before;

  LogLevels(SmallRyeConfig config) {
    this.config = config;
    before = levels();
  }

  private Map<String, String> levels() {
    Map<String, String> levels = new TreeMap<>();
    Set<String> names = new TreeSet<>(System.getProperties().stringPropertyNames());
    config.getPropertyNames().forEach(names::add);
    names.removeIf(name -> !name.startsWith(CATEGORY) || !name.endsWith(LEVEL));
    names.add(ROOT);
    for (String name : names) {
      config.getOptionalValue(name, String.class).ifPresent(level -> levels.put(name, level));
    }
    return levels;
  }

  @Override
  public List<String> settings() {
    List<String> names = new ArrayList<>(SettingNames.of(ROOT));
    names.add("-D" + CATEGORY + "*" + LEVEL);
    before.keySet().forEach(name -> names.addAll(SettingNames.of(name)));
    return names;
  }

  @Override
  public void apply() {
    Map<String, String> now = levels();
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    for (String name : names) {
      if (!Objects.equals(before.get(name), now.get(name))) {
        set(logger(name), now.get(name), name.equals(ROOT));
      }
    }
  }

  private static Logger logger(String property) {
    LogContext context = LogContext.getLogContext();
    if (property.equals(ROOT)) {
      return context.getLogger("");
    }
    String category = property.substring(CATEGORY.length(), property.length() - LEVEL.length());
    return context.getLogger(category.replaceAll("^\"|\"$", ""));
  }

  private static void set(Logger logger, String level, boolean isRoot) {
    if (level != null && !level.equalsIgnoreCase("inherit")) {
      logger.setLevelName(level);
    } else if (isRoot) {
      logger.setLevelName("INFO"); // Quarkus' default
    } else {
      logger.setLevel(null); // that of the category above it
    }
  }
}
