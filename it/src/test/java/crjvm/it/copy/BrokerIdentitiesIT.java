package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.IdentityLibrary;
import crjvm.it.matrix.IdentityTable;
import crjvm.it.matrix.OnEachLongTermJdk;
import crjvm.it.store.StoreKind;
import crjvm.it.store.StorePlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two copies of an application run at once. The application has an open connection to a server that
 * tells clients apart by what they say of themselves.
 */
@BesideOthers
@Tag("server")
class BrokerIdentitiesIT {
  private static final int ROUNDS = 40;
  private static final int LENGTH_OF_RANDOM = "_INBOX.".length() + 12;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @RegisterExtension
  static final IdentityTable TABLE =
      new IdentityTable(
          Set.of(
              IdentityLibrary.MQTT,
              IdentityLibrary.MQTT_CHOSEN,
              IdentityLibrary.NATS,
              IdentityLibrary.NATS_PUSHED,
              IdentityLibrary.ZOOKEEPER));

  private static TestJvm jvm(Jdk jdk, String... properties) throws Exception {
    return new TestJvm(BENCH, jdk)
        .main("-jar", BENCH.copyOfFramework("identities", "application.jar").toString())
        .vm(properties);
  }

  private static Checkpoint image(TestJvm jvm, String source, String options) throws Exception {
    return jvm.checkpoint(
        "at=http:" + jvm.url() + ",warmup=" + jvm.url() + source + "?2*1" + options);
  }

  /** Returns the sessions of two copies, and whether they have the lock, as they see it. */
  private static List<String> sessions(Jdk jdk, String options) throws Exception {
    StorePlace place = StorePlace.make(BENCH, StoreKind.ZOOKEEPER, Jdk.any());
    RunningProcess server = place.server().start("zookeeper");
    try {
      TestJvm jvm = jvm(jdk, "-Dzookeeper=127.0.0.1:" + place.ports().get(0));
      Checkpoint image = image(jvm, "zookeeper", options);
      List<Copies.Copy> copies = Copies.two(image);
      List<String> sessions = Copies.ask(copies, "zookeeper");
      Copies.terminate(copies);
      return sessions;
    } finally {
      server.terminate();
    }
  }

  /** The checkpoint's process has the lock. */
  @OnEachLongTermJdk
  void sessionsOfZooKeeperAreTheCopysOwn(Jdk jdk) throws Exception {
    List<String> sessions = sessions(jdk, ",identity=fail");
    assertThat(sessions).hasSize(2).doesNotHaveDuplicates();
    assertThat(sessions.stream().filter(each -> each.endsWith("true")).count())
        .as(sessions::toString)
        .isLessThan(2);
    TABLE.add(IdentityLibrary.ZOOKEEPER);
  }

  /** Shows the problem that crjvm's work solves. */
  @Test
  void withoutItCopiesHaveOneSession() throws Exception {
    List<String> sessions = sessions(Jdk.any(), ",reseed=off");
    assertThat(sessions.get(0)).endsWith(" true").isEqualTo(sessions.get(1));
  }

  /** Asks two copies by turns, and returns how often each of them has lost its connection. */
  private static List<String> lost(Checkpoint image, List<String> ids) throws Exception {
    List<Copies.Copy> copies = Copies.two(image);
    ids.addAll(Copies.ask(copies, "mqtt-id"));
    List<String> done = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      done.addAll(Copies.ask(copies, "mqtt"));
    }
    assertThat(done).hasSize(2 * ROUNDS).doesNotHaveDuplicates();
    List<String> lost = Copies.ask(copies, "mqtt-lost");
    Copies.terminate(copies);
    return lost;
  }

  @OnEachLongTermJdk
  void clientsOfMqttHaveIdsOfTheirOwn(Jdk jdk) throws Exception {
    try (PackagedServer broker = PackagedServer.mosquitto(BENCH)) {
      for (String id : List.of("made", "random")) {
        TestJvm jvm = jvm(jdk, "-Dmqtt=" + broker.url("tcp"), "-Dmqtt.id=" + id);
        List<String> ids = new ArrayList<>();
        List<String> lost = lost(image(jvm, "mqtt", ",identity=fail"), ids);
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids).allMatch(each -> each.matches("paho\\d+|till-[-0-9a-f]{36}"));
        assertThat(lost).as("at the checkpoint only").containsOnly("1");
      }
    }
    TABLE.add(IdentityLibrary.MQTT);
  }

  @OnEachLongTermJdk
  void chosenIdsOfMqttAreNamed(Jdk jdk) throws Exception {
    try (PackagedServer broker = PackagedServer.mosquitto(BENCH)) {
      TestJvm jvm = jvm(jdk, "-Dmqtt=" + broker.url("tcp"), "-Dmqtt.id=till-7");
      Checkpoint image = image(jvm, "mqtt", "");
      assertThat(image.inspected("--identity"))
          .isEqualTo("copies have in common: the id \"till-7\" of an MQTT client\n");
      List<Copies.Copy> copies = Copies.two(image);
      assertThat(Copies.ask(copies, "mqtt-id")).containsOnly("till-7");
      Await.until(
          RunningProcess.LIMIT,
          "a copy whose connection was ended by the other one's",
          () -> Copies.ask(copies, "mqtt-lost").stream().anyMatch(each -> !each.matches("[01]")),
          () -> copies.get(0).process().describe() + copies.get(1).process().describe());
      Copies.terminate(copies);
    }
    TABLE.add(IdentityLibrary.MQTT_CHOSEN);
  }

  /**
   * Returns the beginnings of subjects of answers of two copies, up to the part that counts. The
   * second half are those of new subjects.
   */
  private static List<String> subjects(Jdk jdk, String options) throws Exception {
    try (PackagedServer nats = PackagedServer.nats(BENCH)) {
      String server = "-Dnats=" + nats.url("nats");
      TestJvm other = jvm(jdk, server, "-Dnats.serve=true");
      RunningProcess answering = other.plainCommand().start("answering");
      Http.awaitAnswer(answering, other.port(), "/");
      List<Copies.Copy> copies = Copies.two(image(jvm(jdk, server), "nats", options));
      List<String> subjects = new ArrayList<>(Copies.ask(copies, "nats"));
      subjects.addAll(Copies.ask(copies, "nats-inbox"));
      Copies.terminate(copies);
      answering.terminate();
      return subjects.stream().map(each -> each.substring(0, LENGTH_OF_RANDOM)).toList();
    }
  }

  @OnEachLongTermJdk
  void answersOfNatsComeToTheCopysOwnSubjects(Jdk jdk) throws Exception {
    assertThat(subjects(jdk, ",identity=fail"))
        .hasSize(4)
        .allMatch(each -> each.matches("_INBOX\\.\\w+"))
        .doesNotHaveDuplicates();
    TABLE.add(IdentityLibrary.NATS);
  }

  /** Shows the problem that crjvm's work solves. */
  @Test
  void withoutItAnswersOfNatsComeToBothCopies() throws Exception {
    List<String> subjects = subjects(Jdk.any(), ",reseed=off");
    assertThat(subjects.get(0)).isEqualTo(subjects.get(1));
    assertThat(subjects.get(2)).isEqualTo(subjects.get(3));
  }

  @OnEachLongTermJdk
  void pushedStreamsOfNatsAreRefused(Jdk jdk) throws Exception {
    try (PackagedServer nats = PackagedServer.nats(BENCH)) {
      TestJvm jvm = jvm(jdk, "-Dnats=" + nats.url("nats"), "-Dnats.push=true");
      RunningProcess process = jvm.command("quiet=off,at=http:" + jvm.url()).start("refused");
      process.awaitError(
          "checkpoint failed: copies would do harm with NATS' subscription to a stream, ");
      assertThat(Http.ask(jvm.port(), "/")).contains("castle");
      assertThat(process.terminate()).isEqualTo(143);
    }
    TABLE.add(IdentityLibrary.NATS_PUSHED);
  }
}
