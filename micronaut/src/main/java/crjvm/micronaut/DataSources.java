package crjvm.micronaut;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.Environment;
import io.micronaut.inject.qualifiers.Qualifiers;
import java.lang.reflect.Field;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Pools of HikariCP that were made from {@code datasources}. A pool whose settings differ is shut
 * down, and another one takes its place in the data source.
 */
final class DataSources implements Follower {
  private static final String PREFIX = "datasources";
  private static final List<String> SETTINGS = List.of("url", "username", "password");

  private final Environment environment;
  private final Map<String, HikariDataSource> sources = new TreeMap<>(); // by their prefixes
  private final Map<String, List<String>> before = new TreeMap<>();

  DataSources(ApplicationContext context) {
    environment = context.getEnvironment();
    for (String name : environment.getPropertyEntries(PREFIX)) {
      context
          .findBean(DataSource.class, Qualifiers.byName(name))
          .ifPresent(source -> add(PREFIX + "." + name, source));
    }
  }

  private void add(String prefix, DataSource source) {
    try {
      if (source.isWrapperFor(HikariDataSource.class)
          && environment.containsProperty(prefix + ".url")) {
        sources.put(prefix, source.unwrap(HikariDataSource.class));
        before.put(prefix, values(prefix));
      }
    } catch (SQLException e) {
      // It is no pool of HikariCP.
    }
  }

  private static Stream<String> properties(String prefix) {
    return SETTINGS.stream().map(setting -> prefix + "." + setting);
  }

  private List<String> values(String prefix) {
    return properties(prefix)
        .map(property -> environment.getProperty(property, String.class).orElse(""))
        .toList();
  }

  @Override
  public List<String> settings() {
    return sources.keySet().stream()
        .flatMap(DataSources::properties)
        .flatMap(property -> SettingNames.of(property).stream())
        .toList();
  }

  @Override
  public boolean takes(String property) {
    return sources.keySet().stream().flatMap(DataSources::properties).anyMatch(property::equals);
  }

  @Override
  public void apply() {
    sources.forEach(
        (prefix, source) -> {
          List<String> now = values(prefix);
          if (!now.equals(before.get(prefix))) {
            change(source, before.get(prefix), now);
          }
        });
  }

  private static void change(HikariDataSource source, List<String> before, List<String> now) {
    HikariPool old = (HikariPool) get(HikariDataSource.class, source, "pool");
    set(HikariConfig.class, source, "jdbcUrl", now.get(0));
    if (!Objects.equals(scheme(before.get(0)), scheme(now.get(0)))) {
      // The JDK finds the driver for the address.
      set(HikariConfig.class, source, "driverClassName", null);
    }
    if (!before.get(1).equals(now.get(1))) {
      source.setUsername(now.get(1));
    }
    if (!before.get(2).equals(now.get(2))) {
      source.setPassword(now.get(2));
    }
    HikariPool fresh = new HikariPool(source);
    set(HikariDataSource.class, source, "pool", fresh);
    set(HikariDataSource.class, source, "fastPathPool", fresh);
    try {
      old.shutdown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String scheme(String url) {
    return url.split(":", 3)[1];
  }

  private static Object get(Class<?> type, Object object, String name) {
    try {
      return field(type, name).get(object);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void set(Class<?> type, Object object, String name, Object value) {
    try {
      field(type, name).set(object, value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
