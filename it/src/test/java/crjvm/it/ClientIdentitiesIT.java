package crjvm.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
 * Two copies at once of an application that is a client of a database or of a broker: what they are
 * told has happened has happened, once.
 */
@BesideOthers
@Tag("server")
class ClientIdentitiesIT {
  private static final int VALUES = 60; // more than Hibernate takes ahead

  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static TestJvm jvm(Jdk jdk, String... properties) throws Exception {
    return new TestJvm(BENCH, jdk)
        .main("-jar", BENCH.copyOfFramework("identities", "application.jar").toString())
        .vm(properties);
  }

  private static Checkpoint image(TestJvm jvm, String source, String options) throws Exception {
    return jvm.checkpoint(
        "at=http:" + jvm.url() + ",warmup=" + jvm.url() + source + "?7*1" + options);
  }

  /** What two copies have been told that is done, by turns. */
  private static List<String> done(Checkpoint image, String source) throws Exception {
    List<RunningProcess> copies = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      RunningProcess copy =
          image.command("--no-fallback", "--listen", image.port() + "=0").start("copy");
      copy.awaitError("crjvm: listening: ");
      String line = copy.stderr();
      ports.add(Integer.parseInt(line.substring(line.lastIndexOf('=') + 1).strip()));
      copies.add(copy);
    }
    List<String> done = new ArrayList<>();
    for (int i = 0; i < VALUES; i++) {
      for (int port : ports) {
        done.addAll(Http.ask(port, "/" + source + "?1").lines().toList());
      }
    }
    for (RunningProcess copy : copies) {
      assertThat(copy.terminate()).as(copy::describe).isEqualTo(143);
    }
    return done;
  }

  @OnEachJdk
  void hibernatesKeysAreTakenOnce(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      Checkpoint image = image(jvm(jdk, "-Ddatabase=" + database.url()), "hibernate", "");
      List<String> keys = done(image, "hibernate");
      assertThat(keys).hasSize(2 * VALUES).doesNotHaveDuplicates();
      assertThat(database.query("SELECT id FROM rows_of_copies")).containsAll(keys);
    }
  }

  @OnEachJdk
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
  }

  /** What is wrong without it: the key is there already. */
  @Test
  void withoutItHibernatesKeysAreTakenTwice() throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      TestJvm jvm = jvm(Jdk.any(), "-Ddatabase=" + database.url());
      Checkpoint image = image(jvm, "hibernate", ",reseed=off");
      assertThatThrownBy(() -> done(image, "hibernate")).hasMessageContaining("500");
    }
  }

  /** The broker takes the second copy's for repeats of the first one's, or for a former self's. */
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

  /** The values that are in the broker's file, which has them as they are. */
  private static Set<String> records(StorePlace place) throws Exception {
    Path file = place.folder().resolve("data/copies-0/00000000000000000000.log");
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    return UUID.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  @Test
  void transactionalProducersAreRefused() throws Exception {
    StorePlace place = StorePlace.make(BENCH, StoreKind.KAFKA, Jdk.any());
    RunningProcess broker = place.server().start("kafka");
    try {
      TestJvm jvm = jvm(Jdk.any(), brokers(place), "-Dtransactional=payments");
      RunningProcess process = jvm.command("at=http:" + jvm.url()).start("refused");
      process.awaitError(
          "checkpoint failed: copies would do harm with a transactional Kafka producer "
              + "(transactional.id \"payments\"); close it in beforeCheckpoint");
      assertThat(Http.ask(jvm.port(), "/")).contains("kafka");
      assertThat(process.terminate()).isEqualTo(143);
    } finally {
      broker.terminate();
    }
  }
}
