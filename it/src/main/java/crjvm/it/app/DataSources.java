package crjvm.it.app;

import com.mchange.v2.c3p0.ComboPooledDataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;

/** Pools of connections to a database, each of at least two connections. */
final class DataSources {
  private static final int SIZE = 2;

  private DataSources() {}

  static DataSource hikari(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(SIZE + 1);
    config.setMinimumIdle(SIZE);
    return new HikariDataSource(config);
  }

  static Map<String, DataSource> others(String url) throws SQLException {
    Map<String, DataSource> sources = new LinkedHashMap<>();
    sources.put("tomcat", tomcat(url));
    sources.put("dbcp", dbcp(url));
    sources.put("agroal", agroal(url));
    sources.put("c3p0", c3p0(url));
    return sources;
  }

  private static DataSource tomcat(String url) {
    org.apache.tomcat.jdbc.pool.DataSource source = new org.apache.tomcat.jdbc.pool.DataSource();
    source.setUrl(url);
    source.setDriverClassName("org.postgresql.Driver");
    source.setInitialSize(SIZE);
    source.setMinIdle(SIZE);
    return source;
  }

  private static DataSource dbcp(String url) {
    BasicDataSource source = new BasicDataSource();
    source.setUrl(url);
    source.setInitialSize(SIZE);
    source.setMinIdle(SIZE);
    return source;
  }

  private static DataSource agroal(String url) throws SQLException {
    return AgroalDataSource.from(
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                pool ->
                    pool.minSize(SIZE)
                        .maxSize(SIZE)
                        .connectionFactoryConfiguration(factory -> factory.jdbcUrl(url))));
  }

  private static DataSource c3p0(String url) {
    ComboPooledDataSource source = new ComboPooledDataSource();
    source.setJdbcUrl(url);
    source.setInitialPoolSize(SIZE);
    source.setMinPoolSize(SIZE);
    return source;
  }
}
