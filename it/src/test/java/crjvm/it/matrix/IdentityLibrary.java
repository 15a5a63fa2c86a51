package crjvm.it.matrix;

/**
 * The identities that libraries keep and only one process should have. Each is a row of
 * docs/frameworks.md. A test shows each of them with two copies.
 */
public enum IdentityLibrary {
  ACTIVEMQ(
      "ActiveMQ Classic's client",
      "identities/activemq-client",
      Fate.RENEWED,
      "ids of new connections, and so of messages, have another random part",
      Todo.NOTHING),
  ACTIVEMQ_FAILOVER(
      "ActiveMQ Classic's client: open connections by `failover:`",
      "identities/activemq-client",
      Fate.REFUSED,
      "the broker would take messages of a copy for repeats of another's",
      Todo.CLOSE),
  AMQP(
      "RabbitMQ's client, AMQP 0-9-1",
      "identities/amqp-client",
      Fate.OWN,
      "a copy's connection recovers by itself; what the broker has confirmed is there",
      Todo.NOTHING),
  BOUNCY_CASTLE(
      "BouncyCastle",
      "identities/bcprov-jdk18on",
      Fate.RENEWED,
      "random numbers: a new seed is mixed in",
      Todo.NOTHING),
  BOUNCY_CASTLE_FIPS(
      "BouncyCastle for FIPS",
      "identities-fips/bc-fips",
      Fate.RENEWED,
      "random numbers: a new seed is mixed in",
      Todo.NOTHING),
  CASSANDRA(
      "Cassandra's driver: `Uuids.timeBased`",
      "identities/java-driver-core",
      Fate.RENEWED,
      "another random node and clock sequence",
      Todo.NOTHING),
  CONSCRYPT(
      "Conscrypt, with BoringSSL in it",
      "identities/conscrypt-openjdk-uber",
      Fate.RENEWED,
      "random numbers and keys: the kernel's",
      Todo.NOTHING),
  CONSUL(
      "Consul, by Spring Cloud: instances with a random number or the machine's name in the id",
      "identities-spring/spring-cloud-consul-discovery",
      Fate.RENEWED,
      "id, host, address, port and health check are the copy's, in the registration and in"
          + " heartbeats",
      "register it in `afterRestore`"),
  CONSUL_CHOSEN(
      "Consul, by Spring Cloud: instances with another id",
      "identities-spring/spring-cloud-consul-discovery",
      Fate.NAMED,
      "the instance id is common to all copies",
      "register in `afterRestore`"),
  CORRETTO(
      "Amazon Corretto Crypto Provider, with AWS-LC in it",
      "identities/AmazonCorrettoCryptoProvider",
      Fate.RENEWED,
      "random numbers and keys: the kernel's",
      Todo.NOTHING),
  DATADOG(
      "Datadog's agent",
      "agents/dd-java-agent",
      Fate.NAMED,
      "the runtime id is common to all copies",
      "tell copies apart by their hosts"),
  ECLIPSE_LINK(
      "EclipseLink's sequences",
      "identities/org.eclipse.persistence.core",
      Fate.RENEWED,
      "numbers taken from the sequence ahead are forgotten; keys have a gap, as after a start",
      Todo.NOTHING),
  ELASTIC(
      "Elastic's APM agent",
      "agents/elastic-apm-agent",
      Fate.RENEWED,
      "another `agent.ephemeral_id`, and the copy's process id",
      Todo.NOTHING),
  EUREKA(
      "Eureka by Spring Cloud: instances with the default id, host, application and port",
      "identities-spring/spring-cloud-netflix-eureka-client",
      Fate.RENEWED,
      "host, address and port are the copy's, in the id and in the URLs, too",
      Todo.NOTHING),
  EUREKA_CHOSEN(
      "Eureka: instances with another id, or with TLS",
      "identities-spring/eureka-client",
      Fate.NAMED,
      "the instance id is common to all copies",
      "register in `afterRestore`"),
  GRPC(
      "gRPC's channels",
      "identities/grpc-netty-shaded",
      Fate.OWN,
      "a copy connects again by itself",
      Todo.NOTHING),
  HIBERNATE(
      "Hibernate's optimizers of sequences",
      "identities/hibernate-core",
      Fate.RENEWED,
      "numbers taken from the sequence ahead are forgotten; keys have a gap, as after a start",
      Todo.NOTHING),
  HIBERNATE_UUIDS(
      "Hibernate's UUIDs by time: version 1, and in hexadecimal digits",
      "identities/hibernate-core",
      Fate.RENEWED,
      "a random number instead of the machine's address and the time of the start",
      Todo.NOTHING),
  HIBERNATE_RANDOM_UUIDS(
      "Hibernate's UUIDs of versions 6 and 7",
      "identities/hibernate-core",
      Fate.OWN,
      "new random numbers for each",
      Todo.NOTHING),
  HUTOOL(
      "Hutool's `Snowflake` with the worker that Hutool has chosen",
      "identities/hutool-core",
      Fate.RENEWED,
      "another random worker and data centre, 1 of 1024; if the application often makes new ones,"
          + " those may have the worker of the checkpoint",
      "give each copy its own number, if there are many"),
  HUTOOL_CHOSEN(
      "Hutool's `Snowflake` with another worker",
      "identities/hutool-core",
      Fate.NAMED,
      "the worker is common to all copies",
      "make another one in `afterRestore`"),
  HYPERSISTENCE_TSID(
      "hypersistence-tsid: `TSID.Factory.getTsid` without a configured node",
      "identities/hypersistence-tsid",
      Fate.RENEWED,
      "another random node",
      "give each copy its own node, if there are many"),
  HYPERSISTENCE_TSID_FACTORIES(
      "hypersistence-tsid: other factories, or with a configured node",
      "identities/hypersistence-tsid",
      Fate.NAMED,
      "the node is common to all copies; whether it is random or was configured can't be told",
      "make another factory in `afterRestore`"),
  JAVA_UUID_GENERATOR(
      "java-uuid-generator, UUIDs by time",
      "identities/java-uuid-generator",
      Fate.RENEWED,
      "another clock sequence, and another random address where it does not belong to an interface",
      Todo.NOTHING),
  JEDIS(
      "Jedis' pools",
      "identities/jedis",
      Fate.RENEWED,
      "connections of the checkpoint are given up; a copy opens its own",
      Todo.NOTHING),
  JOB_RUNR(
      "JobRunr's servers with a random id (the default)",
      "identities/jobrunr",
      Fate.RENEWED,
      "another id, announced as that of a server that has just started; one server is the master",
      Todo.NOTHING),
  JOB_RUNR_AT_WORK(
      "JobRunr's servers that run a job at the checkpoint, or with a chosen id",
      "identities/jobrunr",
      Fate.REFUSED,
      "each copy would run the job to its end; copies would be one server",
      "`stop()` in `beforeCheckpoint`, `start()` in `afterRestore`"),
  KAFKA_CONSUMERS(
      "Kafka consumers in groups, `group.protocol=classic` (the default)",
      "identities/kafka-clients",
      Fate.RENEWED,
      "a copy joins the group as another member; what was read and not committed is read again",
      Todo.NOTHING),
  KAFKA_MEMBERS(
      "Kafka consumers with a `group.instance.id`, by `group.protocol=consumer`, or of share groups",
      "identities/kafka-clients",
      Fate.REFUSED,
      "copies would be one member",
      Todo.CLOSE),
  KAFKA_PRODUCERS(
      "Kafka producers, idempotent (the default)",
      "identities/kafka-clients",
      Fate.RENEWED,
      "a new producer id, asked of the broker with the next record",
      Todo.NOTHING),
  KAFKA_TRANSACTIONS(
      "Kafka producers, transactional",
      "identities/kafka-clients",
      Fate.REFUSED,
      "the broker would take copies for one producer",
      Todo.CLOSE),
  LETTUCE(
      "Lettuce",
      "identities/lettuce-core",
      Fate.OWN,
      "a copy connects again by itself",
      Todo.NOTHING),
  LOG4J_DATES(
      "Log4j: dates in `PatternLayout`",
      "identities/log4j-core",
      Fate.RENEWED,
      "in the time zone of the start, unless the pattern has chosen one; names of rolled files"
          + " stay in the zone of the checkpoint",
      Todo.NOTHING),
  LOG4J_PROCESS(
      "Log4j: process id in `PatternLayout` and `Rfc5424Layout`",
      "identities/log4j-core",
      Fate.RENEWED,
      "the copy's",
      Todo.NOTHING),
  LOG4J_TEMPLATES(
      "Log4j: timestamps in `JsonTemplateLayout`",
      "identities/log4j-layout-template-json",
      Fate.RENEWED,
      "in the time zone of the start, where they were in the machine's and that was not `UTC`",
      "choose a zone in the template, if it should be the same everywhere"),
  LOG4J_UUIDS(
      "Log4j's UUIDs by time: `%uuid{TIME}` in `PatternLayout`",
      "identities/log4j-core", Fate.RENEWED, "another clock sequence", Todo.NOTHING),
  LOGBACK(
      "Logback: dates in logs",
      "spring-boot-4/logback-classic",
      Fate.RENEWED,
      "in the time zone of the start, unless the configuration has chosen one",
      Todo.NOTHING),
  MICROMETER(
      "Micrometer's composite and simple registries and its registry for Prometheus: common tags"
          + " that name the host, the process or the instance",
      "identities-spring/micrometer-core",
      Fate.RENEWED,
      "meters go on with the copy's host name, process id, both as `PID@HOST`, or another random"
          + " id",
      Todo.NOTHING),
  MICROMETER_PARTS(
      "Micrometer: the same in registries of other classes, and longer tags with the machine's"
          + " name or the process id in them",
      "identities-spring/micrometer-core",
      Fate.NAMED,
      "meters that are there keep the tag",
      "let the collector add the instance, or give the tag in `afterRestore`"),
  MONGODB(
      "MongoDB's `ObjectId`",
      "identities/bson",
      Fate.RENEWED,
      "another random part, and a counter that begins elsewhere",
      Todo.NOTHING),
  MQTT(
      "MQTT by Eclipse Paho: clients whose id Paho has made or which has a random UUID in it",
      "identities/org.eclipse.paho.client.mqttv3",
      Fate.RENEWED,
      "another random id",
      Todo.NOTHING),
  MQTT_CHOSEN(
      "MQTT by Eclipse Paho: clients with another id",
      "identities/org.eclipse.paho.client.mqttv3",
      Fate.NAMED,
      "copies have one id, and the broker lets one of them be connected at a time",
      "make another client in `afterRestore`"),
  MYBATIS_PLUS(
      "MyBatis-Plus' `Sequence` and `IdWorker` with the worker that MyBatis-Plus has chosen",
      "identities/mybatis-plus-core",
      Fate.RENEWED,
      "another random worker and data centre, 1 of 1024",
      "give each copy its own number, if there are many"),
  MYBATIS_PLUS_CHOSEN(
      "MyBatis-Plus' `Sequence` with a worker that the application has chosen",
      "identities/mybatis-plus-core",
      Fate.NAMED,
      "the worker is common to all copies",
      "make another one in `afterRestore`"),
  NATS(
      "NATS' client",
      "identities/jnats",
      Fate.RENEWED,
      "other random names for the subjects of answers, also of an open connection",
      Todo.NOTHING),
  NATS_PUSHED(
      "NATS' client: subscriptions to streams, without a queue, that the server pushes to",
      "identities/jnats",
      Fate.REFUSED,
      "all copies would get each message",
      Todo.CLOSE),
  NETTY(
      "Netty's `DnsNameResolver`",
      "identities/netty-resolver-dns",
      Fate.RENEWED,
      "name servers, search domains, `ndots` and hosts file are the machine's, where the"
          + " application has not chosen them; answers are forgotten",
      Todo.NOTHING),
  NEW_RELIC(
      "New Relic's agent",
      "agents/newrelic-agent",
      Fate.NAMED,
      "all copies are one agent run",
      "tell copies apart by their hosts"),
  OPENSSL(
      "OpenSSL's `libcrypto.so.3` in native code",
      null,
      Fate.RENEWED,
      "random numbers: a new seed is mixed in, also where the process id is the same",
      Todo.NOTHING),
  OPEN_TELEMETRY_AGENT(
      "OpenTelemetry's Java agent",
      "agents/opentelemetry-javaagent",
      Fate.RENEWED,
      "another `service.instance.id`; process, host and container are the copy's",
      Todo.NOTHING),
  OPEN_TELEMETRY_SDK(
      "OpenTelemetry's SDK",
      "agents/opentelemetry-sdk",
      Fate.RENEWED,
      "another `service.instance.id`; process, host and container are the copy's",
      Todo.NOTHING),
  PKCS11(
      "SunPKCS11 with a token in software",
      null,
      Fate.RENEWED,
      "random numbers: a new seed is mixed in; what was read ahead is dropped",
      Todo.NOTHING),
  QUARTZ(
      "Quartz in clusters, `instanceId` is `AUTO`, in standby at the checkpoint",
      "identities/quartz",
      Fate.RENEWED,
      "another instance id",
      "`standby()` in `beforeCheckpoint`, `start()` in `afterRestore`"),
  QUARTZ_FIRING(
      "Quartz in clusters that fires at the checkpoint, or with another `instanceId`",
      "identities/quartz",
      Fate.REFUSED,
      "copies would be one instance",
      "choose `AUTO`; `standby()` in `beforeCheckpoint`, `start()` in `afterRestore`"),
  R2DBC(
      "R2DBC's pools",
      "identities/r2dbc-pool",
      Fate.RENEWED,
      "connections of the checkpoint are given up; a copy opens its own",
      Todo.NOTHING),
  REACTOR_NETTY(
      "Reactor Netty: addresses of hosts",
      "identities/reactor-netty-core",
      Fate.RENEWED,
      "as with Netty's `DnsNameResolver`",
      Todo.NOTHING),
  REDISSON(
      "Redisson's locks",
      "identities/redisson",
      Fate.RENEWED,
      "another owner of locks; a copy doesn't have what the checkpoint's process has locked",
      Todo.NOTHING),
  REDISSON_HELD(
      "Redisson's locks that are held, without a lease time, at the checkpoint",
      "identities/redisson",
      Fate.REFUSED,
      "each copy would believe that it has the lock, and prolong it",
      "`unlock()` in `beforeCheckpoint`, `lock()` in `afterRestore`"),
  SHED_LOCK(
      "ShedLock, the machine's name in locks",
      "identities/shedlock-core",
      Fate.RENEWED,
      "the copy's",
      Todo.NOTHING),
  SPRING_BOOT(
      "Spring Boot: `spring.application.pid`, structured logs by Logback and by Log4j",
      "spring-boot-4/spring-boot",
      Fate.RENEWED,
      "the copy's process id",
      Todo.NOTHING),
  SPRING_COLUMNS(
      "Spring's `AbstractColumnMaxValueIncrementer` with a cache",
      "identities/spring-jdbc",
      Fate.RENEWED,
      "keys taken from the table ahead are forgotten; keys have a gap, as after a start",
      Todo.NOTHING),
  SPRING_IDS(
      "Spring's `AlternativeJdkIdGenerator`, so ids of its messages and of sessions by WebSocket",
      "identities-spring/spring-messaging",
      Fate.RENEWED,
      "another random seed",
      Todo.NOTHING),
  SPRING_JDBC_LOCKS(
      "Spring Integration's `JdbcLockRegistry` with the default client id",
      "identities/spring-integration-jdbc",
      Fate.RENEWED,
      "another owner of locks; a copy doesn't have what the checkpoint's process has locked",
      Todo.NOTHING),
  SPRING_JDBC_LOCKS_CHOSEN(
      "Spring Integration's `JdbcLockRegistry` with another client id",
      "identities/spring-integration-jdbc",
      Fate.NAMED,
      "copies are one owner, and have a lock at the same time",
      "make another `DefaultLockRepository` in `afterRestore`"),
  SPRING_REDIS_LOCKS(
      "Spring Integration's `RedisLockRegistry`",
      "identities/spring-integration-redis",
      Fate.RENEWED,
      "another owner of locks; a copy doesn't have what the checkpoint's process has locked",
      Todo.NOTHING),
  TSID(
      "tsid-creator: `TsidCreator` without a configured node",
      "identities/tsid-creator",
      Fate.RENEWED,
      "another random node",
      "give each copy its own node, if there are many"),
  TSID_FACTORIES(
      "tsid-creator: other factories, or with a configured node",
      "identities/tsid-creator",
      Fate.NAMED,
      "the node is common to all copies; whether it is random or was configured can't be told",
      "make another factory in `afterRestore`"),
  ULID(
      "ulid-creator, UUIDs of version 7",
      "identities/ulid-creator",
      Fate.OWN,
      "new random numbers for each",
      Todo.NOTHING),
  UUID_CREATOR(
      "uuid-creator, UUIDs by time",
      "identities/uuid-creator",
      Fate.RENEWED,
      "another random node and clock sequence",
      Todo.NOTHING),
  VERTX(
      "Vert.x 5: addresses of hosts",
      "identities-vertx/vertx-core",
      Fate.RENEWED,
      "as with Netty's `DnsNameResolver`, but for `ndots`, which is 1; a machine without name"
          + " servers keeps those of the checkpoint",
      Todo.NOTHING),
  VERTX_4(
      "Vert.x 4: addresses of hosts",
      "identities-vertx-4/vertx-core",
      Fate.RENEWED,
      "as with Netty's `DnsNameResolver`; a machine without name servers keeps those of the"
          + " checkpoint",
      Todo.NOTHING),
  ZOOKEEPER(
      "ZooKeeper's sessions",
      "identities/zookeeper",
      Fate.RENEWED,
      "the session has expired, as after a long pause, and with it its locks and leadership",
      "make another client when a session has expired, as Curator does by itself");

  /** The results, in the words of the table. */
  private static final class Fate {
    private static final String RENEWED = "renewed";
    private static final String REFUSED = "refused";
    private static final String NAMED = "named in a line";
    private static final String OWN = "does it by itself";
  }

  /** The actions that many applications have to take. */
  private static final class Todo {
    private static final String NOTHING = "nothing";
    private static final String CLOSE =
        "close it in `beforeCheckpoint`, make another one in `afterRestore`";
  }

  private final String title;
  private final String artifact;
  private final String fate;
  private final String inACopy;
  private final String todo;

  /**
   * @param artifact a folder of {@code frameworks/} and the name of a library or an agent in it;
   *     null for what belongs to the machine or the JDK
   */
  IdentityLibrary(String title, String artifact, String fate, String inACopy, String todo) {
    this.title = title;
    this.artifact = artifact;
    this.fate = fate;
    this.inACopy = inACopy;
    this.todo = todo;
  }

  String title() {
    return title;
  }

  String artifact() {
    return artifact;
  }

  /** Returns the first cells of the row, without the last one. */
  Object[] key(String release) {
    return new Object[] {title, release, fate, inACopy};
  }

  String todo() {
    return todo;
  }
}
