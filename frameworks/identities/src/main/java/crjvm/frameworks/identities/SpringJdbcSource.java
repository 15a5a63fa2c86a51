package crjvm.frameworks.identities;

import java.sql.Connection;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.incrementer.AbstractIdentityColumnMaxValueIncrementer;

/** Keys of a column, ten at once, and a lock. */
final class SpringJdbcSource {
  private static final int KEYS = 10;

  private final Keys keys;
  private final Lock lock;

  SpringJdbcSource(String url) throws Exception {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SEQUENCE numbers");
      statement.execute("CREATE TABLE counted (id BIGINT)");
      statement.execute(
          "CREATE TABLE int_lock (lock_key CHAR(36), region VARCHAR(100), client_id CHAR(36),"
              + " created_date TIMESTAMP NOT NULL, expired_after TIMESTAMP,"
              + " PRIMARY KEY (lock_key, region))");
    }
    keys = new Keys(source);
    String owner = System.getProperty("owner", UUID.randomUUID().toString());
    DefaultLockRepository repository = new DefaultLockRepository(source, owner);
    repository.setTransactionManager(new DataSourceTransactionManager(source));
    repository.afterPropertiesSet();
    repository.afterSingletonsInstantiated();
    repository.start();
    lock = new JdbcLockRegistry(repository).obtain("one");
  }

  String next() {
    return Long.toString(keys.nextLongValue());
  }

  /** Takes and gives back the lock. */
  String free() {
    lock.lock();
    lock.unlock();
    return "free";
  }

  /** Takes the lock and keeps it. */
  String lock() throws InterruptedException {
    return Boolean.toString(lock.tryLock(1, TimeUnit.SECONDS));
  }

  /** An incrementer for PostgreSQL, for which Spring has none with a cache. */
  private static final class Keys extends AbstractIdentityColumnMaxValueIncrementer {
    Keys(PGSimpleDataSource source) {
      super(source, "counted", "id");
      setCacheSize(KEYS);
    }

    @Override
    protected String getIncrementStatement() {
      return "INSERT INTO counted VALUES (nextval('numbers'))";
    }

    @Override
    protected String getIdentityStatement() {
      return "SELECT lastval()";
    }
  }
}
