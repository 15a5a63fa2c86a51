package crjvm.frameworks.identities;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Properties;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.StdSchedulerFactory;

/** The instance id of a scheduler in a cluster. */
final class QuartzSource {
  private static final String SOURCE = "org.quartz.dataSource.cluster.";
  private static final String STORE = "org.quartz.jobStore.";
  private static final String CONNECTIONS = "2";

  private final Scheduler scheduler;

  QuartzSource(String url, String id) throws Exception {
    makeTables(url);
    Properties options = new Properties();
    options.setProperty("org.quartz.scheduler.instanceName", "copies");
    options.setProperty("org.quartz.scheduler.instanceId", id);
    options.setProperty("org.quartz.threadPool.threadCount", CONNECTIONS);
    options.setProperty(STORE + "class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
    options.setProperty(
        STORE + "driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
    options.setProperty(STORE + "isClustered", "true");
    options.setProperty(STORE + "clusterCheckinInterval", "200");
    options.setProperty(STORE + "dataSource", "cluster");
    options.setProperty(SOURCE + "provider", "hikaricp");
    options.setProperty(SOURCE + "driver", "org.postgresql.Driver");
    options.setProperty(SOURCE + "URL", url);
    options.setProperty(SOURCE + "maxConnections", CONNECTIONS);
    scheduler = new StdSchedulerFactory(options).getScheduler();
  }

  private static void makeTables(String url) throws Exception {
    String script = "/org/quartz/impl/jdbcjobstore/tables_postgres.sql";
    try (InputStream in = Scheduler.class.getResourceAsStream(script);
        Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  String next() throws SchedulerException {
    return scheduler.getSchedulerInstanceId();
  }

  /** Starts the scheduler, so that the database contains its id. */
  String start() throws SchedulerException {
    scheduler.start();
    return next();
  }

  /** Starts the scheduler and puts it in standby. */
  String standBy() throws SchedulerException {
    scheduler.start();
    scheduler.standby();
    return next();
  }
}
