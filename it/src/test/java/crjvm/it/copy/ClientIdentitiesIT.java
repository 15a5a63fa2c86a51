package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.framework.PostgreSql;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.IdentityLibrary;
import crjvm.it.matrix.IdentityTable;
import crjvm.it.matrix.OnEachLongTermJdk;
import crjvm.it.store.StoreKind;
import crjvm.it.store.StorePlace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two copies of an application run at once. The application is a client of a database or of a
 * broker. Every action that was confirmed to a copy has happened exactly once.
 */
@BesideOthers
@Tag("server")
class ClientIdentitiesIT {
  private static final int VALUES = 60; // This is more than Hibernate reserves at a time.

  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @RegisterExtension
  static final IdentityTable TABLE =
      new IdentityTable(
          Set.of(
              IdentityLibrary.AMQP,
              IdentityLibrary.ECLIPSE_LINK,
              IdentityLibrary.GRPC,
              IdentityLibrary.HIBERNATE,
              IdentityLibrary.JEDIS,
              IdentityLibrary.JOB_RUNR,
              IdentityLibrary.JOB_RUNR_AT_WORK,
              IdentityLibrary.KAFKA_CONSUMERS,
              IdentityLibrary.KAFKA_MEMBERS,
              IdentityLibrary.KAFKA_PRODUCERS,
              IdentityLibrary.KAFKA_TRANSACTIONS,
              IdentityLibrary.LETTUCE,
              IdentityLibrary.QUARTZ,
              IdentityLibrary.QUARTZ_FIRING,
              IdentityLibrary.R2DBC,
              IdentityLibrary.REDISSON,
              IdentityLibrary.REDISSON_HELD,
              IdentityLibrary.SPRING_COLUMNS,
              IdentityLibrary.SPRING_JDBC_LOCKS,
              IdentityLibrary.SPRING_JDBC_LOCKS_CHOSEN,
              IdentityLibrary.SPRING_REDIS_LOCKS));

  private static TestJvm jvm(Jdk jdk, String... properties) throws Exception {
    return new TestJvm(BENCH, jdk)
        .main("-jar", BENCH.copyOfFramework("identities", "application.jar").toString())
        .vm(properties);
  }

  private static Checkpoint image(TestJvm jvm, String source, String options) throws Exception {
    return jvm.checkpoint(
        "at=http:" + jvm.url() + ",warmup=" + jvm.url() + source + "?7*1" + options);
  }

  /** Asks two copies by turns, and returns the actions that were confirmed to them. */
  private static List<String> done(Checkpoint image, String source) throws Exception {
    List<Copies.Copy> copies = Copies.two(image);
    List<String> done = new ArrayList<>();
    for (int i = 0; i < VALUES; i++) {
      done.addAll(Copies.ask(copies, source));
    }
    Copies.terminate(copies);
    return done;
  }

  @OnEachLongTermJdk
  void hibernatesKeysAreTakenOnce(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      Checkpoint image = image(jvm(jdk, "-Ddatabase=" + database.url()), "hibernate", "");
      List<String> keys = done(image, "hibernate");
      assertThat(keys).hasSize(2 * VALUES).doesNotHaveDuplicates();
      assertThat(database.query("SELECT id FROM rows_of_copies")).containsAll(keys);
    }
    TABLE.add(IdentityLibrary.HIBERNATE);
  }

  @OnEachLongTermJdk
  void keysOfEclipseLinkAndSpringAreTakenOnce(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      for (String source : List.of("eclipselink", "spring-keys")) {
        database.query("DROP SCHEMA public CASCADE");
        database.query("CREATE SCHEMA public");
        Checkpoint image = image(jvm(jdk, "-Dkeys=" + database.url()), source, ",identity=fail");
        assertThat(done(image, source)).hasSize(2 * VALUES).doesNotHaveDuplicates();
      }
    }
    TABLE.add(IdentityLibrary.ECLIPSE_LINK, IdentityLibrary.SPRING_COLUMNS);
  }

  /** Returns what each of two copies says when both of them want the same lock. */
  private static List<String> locked(TestJvm jvm, String lock, String options) throws Exception {
    List<Copies.Copy> copies = Copies.two(image(jvm, lock + "-free", options));
    List<String> locked = Copies.ask(copies, lock + "-lock");
    Copies.terminate(copies);
    return locked;
  }

  @OnEachLongTermJdk
  void oneCopyHasALockAtATime(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH);
        PackagedServer redis = PackagedServer.redis(BENCH)) {
      TestJvm jdbc = jvm(jdk, "-Dkeys=" + database.url());
      assertThat(locked(jdbc, "spring-jdbc", ",identity=fail")).containsExactly("true", "false");
      TestJvm spring = jvm(jdk, "-Dlocks=" + redis.url("redis"));
      assertThat(locked(spring, "spring-redis", ",identity=fail")).containsExactly("true", "false");
      TestJvm redisson = jvm(jdk, "-Dlocks=" + redis.url("redis"));
      assertThat(locked(redisson, "redisson", ",identity=fail"))
          .containsExactly("true true", "false false");
    }
    TABLE.add(
        IdentityLibrary.REDISSON,
        IdentityLibrary.SPRING_JDBC_LOCKS,
        IdentityLibrary.SPRING_REDIS_LOCKS);
  }

  /** Shows the problem that crjvm's work solves. */
  @Test
  void withoutItCopiesHaveALockAtTheSameTime() throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH);
        PackagedServer redis = PackagedServer.redis(BENCH)) {
      TestJvm jdbc = jvm(Jdk.any(), "-Dkeys=" + database.url());
      assertThat(locked(jdbc, "spring-jdbc", ",reseed=off")).containsOnly("true");
      TestJvm spring = jvm(Jdk.any(), "-Dlocks=" + redis.url("redis"));
      assertThat(locked(spring, "spring-redis", ",reseed=off")).containsOnly("true");
    }
  }

  @OnEachLongTermJdk
  void locksOfRedissonThatAreHeldAreRefused(Jdk jdk) throws Exception {
    try (PackagedServer redis = PackagedServer.redis(BENCH)) {
      assertRefused(
          jvm(jdk, "-Dlocks=" + redis.url("redis")),
          "redisson-lock?1",
          "Redisson's lock \"one\", which is held");
    }
    TABLE.add(IdentityLibrary.REDISSON_HELD);
  }

  @OnEachLongTermJdk
  void chosenOwnersOfLocksAreNamed(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      TestJvm jvm = jvm(jdk, "-Dkeys=" + database.url(), "-Downer=node-7");
      Checkpoint image = image(jvm, "spring-jdbc-free", "");
      assertThat(image.inspected("--identity"))
          .isEqualTo(
              "copies have in common: the owner \"node-7\" of locks of a"
                  + " org.springframework.integration.jdbc.lock.DefaultLockRepository\n");
    }
    TABLE.add(IdentityLibrary.SPRING_JDBC_LOCKS_CHOSEN);
  }

  @OnEachLongTermJdk
  void kafkaKeepsWhatItHasAcknowledged(Jdk jdk) throws Exception {
    StorePlace place = StorePlace.make(BENCH, StoreKind.KAFKA, Jdk.any());
    RunningProcess broker = place.server().start("kafka");
    try {
      Checkpoint image = image(jvm(jdk, brokers(place)), "kafka", "");
      List<String> sent = done(image, "kafka");
      assertThat(sent).hasSize(2 * VALUES);
      assertThat(records(place)).containsAll(sent);
    } finally {
      broker.terminate();
    }
    TABLE.add(IdentityLibrary.KAFKA_PRODUCERS);
  }

  /** Shows the problem that crjvm's work solves: a copy makes a key that is there already. */
  @Test
  void withoutItHibernatesKeysAreTakenTwice() throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      TestJvm jvm = jvm(Jdk.any(), "-Ddatabase=" + database.url());
      Checkpoint image = image(jvm, "hibernate", ",reseed=off");
      assertThatThrownBy(() -> done(image, "hibernate")).hasMessageContaining("500");
    }
  }

  /**
   * Shows the problem that crjvm's work solves. The broker takes the second copy's records for
   * repeats of the first one's, or takes the second copy for an earlier session of the first one.
   */
  @Test
  void withoutItKafkaLosesOrRefusesRecords() throws Exception {
    StorePlace place = StorePlace.make(BENCH, StoreKind.KAFKA, Jdk.any());
    RunningProcess broker = place.server().start("kafka");
    try {
      Checkpoint image = image(jvm(Jdk.any(), brokers(place)), "kafka", ",reseed=off");
      List<String> sent = new ArrayList<>();
      assertThatThrownBy(
          () -> {
            sent.addAll(done(image, "kafka"));
            assertThat(records(place)).containsAll(sent);
          });
    } finally {
      broker.terminate();
    }
  }

  private static String brokers(StorePlace place) {
    return "-Dbrokers=localhost:" + place.ports().get(0);
  }

  /** Returns the values in the broker's file, which holds them unchanged. */
  private static Set<String> records(StorePlace place) throws Exception {
    Path file = place.folder().resolve("data/copies-0/00000000000000000000.log");
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return UUID.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  @OnEachLongTermJdk
  void transactionalProducersAreRefused(Jdk jdk) throws Exception {
    StorePlace place = StorePlace.make(BENCH, StoreKind.KAFKA, Jdk.any());
    RunningProcess broker = place.server().start("kafka");
    try {
      TestJvm jvm = jvm(jdk, brokers(place), "-Dtransactional=payments");
      assertRefused(jvm, "", "a transactional Kafka producer (transactional.id \"payments\")");
      TestJvm other = jvm(jdk, brokers(place), "-Dtransactional=orders", "-Dclosing=true");
      assertThat(other.checkpoint("at=http:" + other.url()).image()).exists();
    } finally {
      broker.terminate();
    }
    TABLE.add(IdentityLibrary.KAFKA_TRANSACTIONS);
  }

  private static void assertRefused(TestJvm jvm, String warmUp, String what) throws Exception {
    RunningProcess process =
        jvm.command("quiet=off,at=http:" + jvm.url() + warmUp).start("refused");
    process.awaitError(
        "checkpoint failed: copies would do harm with " + what + "; close it in beforeCheckpoint");
    assertThat(Http.ask(jvm.port(), "/")).contains("castle");
    assertThat(process.terminate()).isEqualTo(143);
  }

  private static Checkpoint member(StorePlace place, Jdk jdk, String options) throws Exception {
    TestJvm jvm = jvm(jdk, brokers(place), "-Dgroup=copies", "-Dsession.timeout.ms=6000");
    return jvm.checkpoint("at=http:" + jvm.url() + "member?1" + options);
  }

  /** Waits until the broker ends the session of the checkpoint. */
  @OnEachLongTermJdk
  void membersOfKafkaGroupsJoinAsOthers(Jdk jdk) throws Exception {
    StorePlace place = StorePlace.make(BENCH, StoreKind.KAFKA, Jdk.any());
    RunningProcess broker = place.server().start("kafka");
    try {
      List<Copies.Copy> copies = Copies.two(member(place, jdk, ""));
      Await.until(
          RunningProcess.LIMIT,
          "two members, one with the partition",
          () -> areTwoMembers(Copies.ask(copies, "member")),
          () -> copies.get(0).process().describe() + copies.get(1).process().describe());
      Copies.terminate(copies);
    } finally {
      broker.terminate();
    }
    TABLE.add(IdentityLibrary.KAFKA_CONSUMERS);
  }

  private static boolean areTwoMembers(List<String> members) {
    String one = members.get(0);
    String other = members.get(1);
    return !id(one).isEmpty()
        && !id(other).isEmpty()
        && !id(one).equals(id(other))
        && one.endsWith(" 1") != other.endsWith(" 1");
  }

  private static String id(String member) {
    return member.substring(0, Math.max(0, member.indexOf(' ')));
  }

  /** Shows that otherwise both copies get every record. */
  @Test
  void withoutItMembersOfKafkaGroupsAreOne() throws Exception {
    StorePlace place = StorePlace.make(BENCH, StoreKind.KAFKA, Jdk.any());
    RunningProcess broker = place.server().start("kafka");
    try {
      List<Copies.Copy> copies = Copies.two(member(place, Jdk.any(), ",reseed=off"));
      List<String> members = Copies.ask(copies, "member");
      assertThat(Set.copyOf(members)).as(members::toString).hasSize(1);
      assertThat(members.get(0)).endsWith(" 1");
      Copies.terminate(copies);
    } finally {
      broker.terminate();
    }
  }

  @OnEachLongTermJdk
  void membersOfKafkaGroupsThatHaveChosenWhoTheyAreAreRefused(Jdk jdk) throws Exception {
    String brokers = "-Dbrokers=localhost:" + FreePort.find();
    assertRefused(
        jvm(jdk, brokers, "-Dgroup=copies", "-Dgroup.instance.id=first"),
        "",
        "a static member of a Kafka group (group.instance.id \"first\")");
    assertRefused(
        jvm(jdk, brokers, "-Dgroup=copies", "-Dgroup.protocol=consumer"),
        "",
        "a consumer of the Kafka group \"copies\" that has chosen its member id");
    TABLE.add(IdentityLibrary.KAFKA_MEMBERS);
  }

  /** Uses a pool that has a connection from before the checkpoint and does not test it. */
  @OnEachLongTermJdk
  void jedisOpensConnectionsOfItsOwn(Jdk jdk) throws Exception {
    try (PackagedServer redis = PackagedServer.redis(BENCH)) {
      Checkpoint image = image(jvm(jdk, "-Dredis=" + redis.url("redis")), "jedis", "");
      assertThat(image.process().stderr()).doesNotContain("is a connection to");
      assertThat(done(image, "jedis")).hasSize(2 * VALUES).doesNotHaveDuplicates();
    }
    TABLE.add(IdentityLibrary.JEDIS);
  }

  @OnEachLongTermJdk
  void lettuceConnectsAgain(Jdk jdk) throws Exception {
    try (PackagedServer redis = PackagedServer.redis(BENCH)) {
      Checkpoint image = image(jvm(jdk, "-Dlettuce=" + redis.url("redis")), "lettuce", "");
      assertThat(done(image, "lettuce")).hasSize(2 * VALUES).doesNotHaveDuplicates();
    }
    TABLE.add(IdentityLibrary.LETTUCE);
  }

  @OnEachLongTermJdk
  void poolsOfR2dbcConnectAgain(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      String url = "r2dbc:postgresql://" + database.user() + "@127.0.0.1:" + database.port();
      Checkpoint image = image(jvm(jdk, "-Dr2dbc=" + url + "/postgres"), "r2dbc", "");
      assertThat(done(image, "r2dbc")).hasSize(2 * VALUES).doesNotHaveDuplicates();
    }
    TABLE.add(IdentityLibrary.R2DBC);
  }

  @OnEachLongTermJdk
  void channelsOfGrpcConnectAgain(Jdk jdk) throws Exception {
    int port = FreePort.find();
    TestJvm other = jvm(jdk, "-Dgrpc.serve=" + port);
    RunningProcess server = other.plainCommand().start("server");
    try {
      Http.awaitAnswer(server, other.port(), "/");
      Checkpoint image = image(jvm(jdk, "-Dgrpc=localhost:" + port), "grpc", "");
      assertThat(done(image, "grpc")).hasSize(2 * VALUES).doesNotHaveDuplicates();
    } finally {
      server.terminate();
    }
    TABLE.add(IdentityLibrary.GRPC);
  }

  /**
   * Checks that each copy's connection recovers by itself, and that the broker has everything that
   * it confirmed.
   */
  @OnEachLongTermJdk
  void connectionsByAmqpRecover(Jdk jdk) throws Exception {
    try (RabbitMq broker = RabbitMq.start(BENCH)) {
      Checkpoint image = image(jvm(jdk, "-Damqp=" + broker.url()), "amqp", "");
      List<String> confirmed = done(image, "amqp");
      assertThat(confirmed).hasSize(2 * VALUES).doesNotHaveDuplicates();
      TestJvm other = jvm(jdk, "-Damqp=" + broker.url());
      RunningProcess reader = other.plainCommand().start("reader");
      Http.awaitAnswer(reader, other.port(), "/");
      assertThat(Http.ask(other.port(), "/amqp-kept?1").lines()).containsAll(confirmed);
      reader.terminate();
    }
    TABLE.add(IdentityLibrary.AMQP);
  }

  private static Checkpoint quartz(Jdk jdk, PostgreSql database, String options) throws Exception {
    TestJvm jvm = jvm(jdk, "-Dcluster=" + database.url());
    return image(jvm, "quartz-standby", options);
  }

  @OnEachLongTermJdk
  void quartzsSchedulersAreMembersOfTheirOwn(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      List<Copies.Copy> copies = Copies.two(quartz(jdk, database, ""));
      List<String> ids = Copies.ask(copies, "quartz-start");
      assertThat(ids).hasSize(2).doesNotHaveDuplicates();
      Await.until(
          RunningProcess.LIMIT,
          "both in the database",
          () -> database.query("SELECT instance_name FROM qrtz_scheduler_state").containsAll(ids),
          () -> String.join(" ", ids));
      Copies.terminate(copies);
    }
    TABLE.add(IdentityLibrary.QUARTZ);
  }

  @Test
  void withoutItQuartzsSchedulersAreOneMember() throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      List<Copies.Copy> copies = Copies.two(quartz(Jdk.any(), database, ",reseed=off"));
      assertThat(Set.copyOf(Copies.ask(copies, "quartz-start"))).hasSize(1);
      Copies.terminate(copies);
    }
  }

  @OnEachLongTermJdk
  void quartzsSchedulersThatFireOrHaveAChosenIdAreRefused(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      TestJvm jvm = jvm(jdk, "-Dcluster=" + database.url());
      String scheduler = "the clustered Quartz scheduler \"copies\", ";
      String start = ",warmup=" + jvm.url() + "quartz-start?1*1";
      assertRefused(jvm, start, scheduler + "which is not in standby");
      TestJvm chosen = jvm(jdk, "-Dcluster=" + database.url(), "-Dcluster.id=first");
      assertRefused(chosen, "", scheduler + "whose instance id \"first\" is not of AUTO's kind");
    }
    TABLE.add(IdentityLibrary.QUARTZ_FIRING);
  }

  private static Checkpoint jobs(Jdk jdk, PostgreSql database, String options) throws Exception {
    TestJvm jvm = jvm(jdk, "-Djobs=" + database.url());
    return jvm.checkpoint("at=http:" + jvm.url() + "jobrunr?1" + options);
  }

  /** The checkpoint's process is the master. */
  @OnEachLongTermJdk
  void serversOfJobRunrHaveOneMaster(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      List<Copies.Copy> copies = Copies.two(jobs(jdk, database, ",identity=fail"));
      Await.until(
          RunningProcess.LIMIT,
          "two servers, of which one is the master",
          () -> haveOneMaster(Copies.ask(copies, "jobrunr"), database),
          () -> copies.get(0).process().describe() + copies.get(1).process().describe());
      Copies.terminate(copies);
    }
    TABLE.add(IdentityLibrary.JOB_RUNR);
  }

  private static boolean haveOneMaster(List<String> servers, PostgreSql database) throws Exception {
    List<String> ids = servers.stream().map(ClientIdentitiesIT::id).toList();
    return database.query("SELECT id FROM jobrunr_backgroundjobservers").containsAll(ids)
        && Set.copyOf(ids).size() == 2
        && servers.stream().filter(server -> server.endsWith(" true")).count() == 1;
  }

  /** Shows the problem that crjvm's work solves. */
  @Test
  void withoutItServersOfJobRunrAreBothTheMaster() throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      List<Copies.Copy> copies = Copies.two(jobs(Jdk.any(), database, ",reseed=off"));
      List<String> servers = Copies.ask(copies, "jobrunr");
      assertThat(servers.get(0)).endsWith(" true").isEqualTo(servers.get(1));
      Copies.terminate(copies);
    }
  }

  @OnEachLongTermJdk
  void serversOfJobRunrAtWorkOrWithAChosenIdAreRefused(Jdk jdk) throws Exception {
    String id = "00000000-0000-0000-0000-000000000007";
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      TestJvm jvm = jvm(jdk, "-Djobs=" + database.url());
      String warmUp = ",warmup=" + jvm.url() + "jobrunr-run?1*1";
      assertRefused(jvm, warmUp, "JobRunr's job \"a long one\", which is running");
      TestJvm chosen = jvm(jdk, "-Djobs=" + database.url(), "-Djobs.id=" + id);
      assertRefused(chosen, "", "JobRunr's server, whose id \"" + id + "\" was chosen");
    }
    TABLE.add(IdentityLibrary.JOB_RUNR_AT_WORK);
  }

  /** The only copy goes on as the checkpoint's process, and does the master's work. */
  @Test
  void theOnlyCopyOfAServerWithAChosenIdIsTheMaster() throws Exception {
    String id = "00000000-0000-0000-0000-000000000007";
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      TestJvm jvm = jvm(Jdk.any(), "-Djobs=" + database.url(), "-Djobs.id=" + id);
      Checkpoint image = jvm.checkpoint("at=http:" + jvm.url() + "jobrunr?1,identity=ignore");
      RunningProcess copy = image.command("--no-fallback").start("copy");
      Http.awaitAnswer(copy, jvm.port(), "/");
      assertThat(Http.ask(jvm.port(), "/jobrunr-due?1").strip()).matches(UUID);
      assertThat(Http.ask(jvm.port(), "/jobrunr?1").strip()).isEqualTo(id + " true");
      assertThat(copy.terminate()).isEqualTo(143);
    }
  }
}
