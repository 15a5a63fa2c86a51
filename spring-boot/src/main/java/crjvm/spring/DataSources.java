package crjvm.spring;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ReflectionUtils;

/**
 * Pools of HikariCP that were made from {@code spring.datasource}. The pool behind the data source
 * is shut down, and its next user gets a pool with the new settings.
 */
final class DataSources implements Follower {
  private static final String TYPE = "com.zaxxer.hikari.HikariDataSource";
  private static final String URL = "spring.datasource.url";
  private static final String USER = "spring.datasource.username";
  private static final String PASSWORD = "spring.datasource.password";
  private static final List<String> PROPERTIES = List.of(URL, USER, PASSWORD);

  private final ConfigurableApplicationContext context;
  private final Map<String, String> before;
  private final List<DataSource> pools = new ArrayList<>();

  DataSources(ConfigurableApplicationContext context) {
    this.context = context;
    before = values();
    for (String name : context.getBeanNamesForType(DataSource.class, false, false)) {
      if (context.getBeanFactory().getSingleton(name) instanceof DataSource each
          && isMadeOf(each, before.get(URL))) {
        pools.add(each);
      }
    }
  }

  private Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    for (String property : PROPERTIES) {
      values.put(property, context.getEnvironment().getProperty(property));
    }
    return values;
  }

  /**
   * Returns whether a data source was made from these settings and has a class whose settings can
   * be changed, which is Spring Boot's default.
   */
  private static boolean isMadeOf(DataSource source, String url) {
    return source.getClass().getName().equals(TYPE)
        && url != null
        && url.equals(get(source, "jdbcUrl"))
        && get(source, "fastPathPool") == null;
  }

  @Override
  public List<String> settings() {
    List<String> names = new ArrayList<>();
    if (!pools.isEmpty()) {
      PROPERTIES.forEach(property -> names.addAll(SettingNames.of(property)));
    }
    return names;
  }

  @Override
  public boolean takes(String property) {
    return !pools.isEmpty()
        && PROPERTIES.stream().anyMatch(each -> SettingNames.areSame(each, property));
  }

  @Override
  public void apply() {
    Map<String, String> now = values();
    if (!now.equals(before)) {
      pools.forEach(pool -> change(pool, now));
    }
  }

  private void change(DataSource source, Map<String, String> now) {
    synchronized (source) { // the data source does the same when it makes its pool
      Object pool = get(source, "pool");
      set(source, "pool", null);
      set(source, "sealed", false);
      set(source, "jdbcUrl", now.get(URL));
      if (!Objects.equals(scheme(before.get(URL)), scheme(now.get(URL)))) {
        set(source, "driverClassName", null); // the JDK finds the driver for the address
      }
      callIfOther(source, "setUsername", before.get(USER), now.get(USER));
      callIfOther(source, "setPassword", before.get(PASSWORD), now.get(PASSWORD));
      if (pool != null) {
        ReflectionUtils.invokeMethod(
            Objects.requireNonNull(ReflectionUtils.findMethod(pool.getClass(), "shutdown")), pool);
      }
    }
  }

  private static String scheme(String url) {
    return url == null ? null : url.split(":", 3)[1];
  }

  private static void callIfOther(Object object, String setter, String before, String value) {
    if (Objects.equals(before, value)) {
      return;
    }
    ReflectionUtils.invokeMethod(
        Objects.requireNonNull(ReflectionUtils.findMethod(object.getClass(), setter, String.class)),
        object,
        value);
  }

  private static Object get(Object object, String name) {
    return ReflectionUtils.getField(field(object, name), object);
  }

  private static void set(Object object, String name, Object value) {
    ReflectionUtils.setField(field(object, name), object, value);
  }

  private static Field field(Object object, String name) {
    Field field = ReflectionUtils.findField(object.getClass(), name);
    if (field == null) {
      throw new IllegalStateException(object.getClass() + " has no field \"" + name + "\"");
    }
    ReflectionUtils.makeAccessible(field);
    return field;
  }
}
