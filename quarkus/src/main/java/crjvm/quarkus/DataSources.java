package crjvm.quarkus;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import io.agroal.api.AgroalDataSourceListener;
import io.agroal.api.configuration.AgroalConnectionFactoryConfiguration;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.agroal.pool.ConnectionFactory;
import io.agroal.pool.DataSource;
import io.quarkus.agroal.runtime.AgroalDataSourceUtil;
import io.quarkus.arc.ClientProxy;
import io.quarkus.datasource.common.runtime.DataSourceUtil;
import io.smallrye.config.SmallRyeConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Pools of Agroal that were made from {@code quarkus.datasource}. A pool whose settings differ
 * makes its next connections with the new ones, and gives the others up.
 */
final class DataSources implements Follower {
  private static final String URL = "jdbc.url";
  private static final String USER = "username";
  private static final String PASSWORD = "password";
  private static final List<String> SETTINGS = List.of(URL, USER, PASSWORD);

  private final SmallRyeConfig config;
  private final Map<String, DataSource> sources = new TreeMap<>();
  private final Map<String, Map<String, String>> before = new TreeMap<>();

  DataSources(SmallRyeConfig config) {
    this.config = config;
    for (String name : AgroalDataSourceUtil.activeDataSourceNames()) {
      AgroalDataSource source = AgroalDataSourceUtil.dataSourceInstance(name).get();
      if (ClientProxy.unwrap(source) instanceof DataSource pool) {
        sources.put(name, pool);
        before.put(name, values(name));
      }
    }
  }

  private Map<String, String> values(String name) {
    Map<String, String> values = new TreeMap<>();
    for (String setting : SETTINGS) {
      properties(name, setting)
          .flatMap(property -> config.getOptionalValue(property, String.class).stream())
          .findFirst()
          .ifPresent(value -> values.put(setting, value));
    }
    return values;
  }

  private static Stream<String> properties(String name, String setting) {
    return DataSourceUtil.dataSourcePropertyKeys(name, setting).stream();
  }

  @Override
  public List<String> settings() {
    return sources.keySet().stream()
        .flatMap(name -> SETTINGS.stream().flatMap(setting -> properties(name, setting)))
        .flatMap(property -> SettingNames.of(property).stream())
        .toList();
  }

  @Override
  public void apply() {
    sources.forEach(
        (name, source) -> {
          Map<String, String> now = values(name);
          if (!now.equals(before.get(name))) {
            change(source, now);
          }
        });
  }

  private static void change(DataSource source, Map<String, String> now) {
    Object pool = Fields.get(DataSource.class, source, "connectionPool");
    Object old = Fields.get(pool.getClass(), pool, "connectionFactory");
    ConnectionFactory fresh =
        new ConnectionFactory(
            configuration(source, now),
            (AgroalDataSourceListener[]) Fields.get(ConnectionFactory.class, old, "listeners"));
    Fields.set(pool.getClass(), pool, "connectionFactory", fresh);
    source.flush(FlushMode.GRACEFUL);
  }

  /** Returns the source's configuration with another address, user and password. */
  private static AgroalConnectionFactoryConfiguration configuration(
      DataSource source, Map<String, String> now) {
    AgroalConnectionFactoryConfiguration old =
        source.getConfiguration().connectionPoolConfiguration().connectionFactoryConfiguration();
    return (AgroalConnectionFactoryConfiguration)
        Proxy.newProxyInstance(
            DataSources.class.getClassLoader(),
            new Class<?>[] {AgroalConnectionFactoryConfiguration.class},
            (proxy, method, arguments) -> {
              String name = method.getName();
              if (name.equals("jdbcUrl") && now.containsKey(URL)) {
                return now.get(URL);
              } else if (name.equals("principal") && now.containsKey(USER)) {
                return new NamePrincipal(now.get(USER));
              } else if (name.equals("credentials") && now.containsKey(PASSWORD)) {
                return List.of(new SimplePassword(now.get(PASSWORD)));
              }
              try {
                return method.invoke(old, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
