package crjvm.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

  private static String brokers(StorePlace place) {
    return "-Dbrokers=localhost:" + place.ports().get(0);
  }

  /** By Kafka's own program. */
  private static Set<String> records(StorePlace place) throws Exception {
    RunningProcess dump =
        new Command(BENCH, place.folder())
            .add(place.jdk().java(), "-cp", place.libraries() + "/*")
            .add("kafka.tools.DumpLogSegments", "--print-data-log", "--files")
            .add("data/copies-0/00000000000000000000.log")
            .run("dump");
    assertThat(dump.awaitExit()).as(dump::describe).isZero();
    Set<String> records = new HashSet<>();
    for (String line : dump.stdout().split("\n")) {
      int payload = line.indexOf("payload: ");
      if (payload >= 0) {
        records.add(line.substring(payload + "payload: ".length()).strip());
      }
    }
    return records;
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
