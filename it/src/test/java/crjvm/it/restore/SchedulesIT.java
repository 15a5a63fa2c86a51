package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachLongTermJdk;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Tasks whose time of day has come between the checkpoint and the restore. Schedulers count the
 * time until then by the JVM's clock, which has stood still. What runs once runs as soon as the
 * copy does. What repeats waits for its next time, as after a normal start.
 */
@BesideOthers
@Tag("framework")
class SchedulesIT {
  private static final Duration DELAY = Duration.ofSeconds(20);

  /** The image is older than this when it is restored. */
  private static final Duration TOLERANCE = Duration.ofSeconds(10);

  private static final Duration LIMIT = Duration.ofMinutes(2);

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @OnEachLongTermJdk
  void theTimeOfDayIsTheMachines(Jdk jdk) throws Exception {
    TestJvm jvm =
        new TestJvm(BENCH, jdk.require())
            .jar(BENCH.copyOfFramework("schedules", "application.jar"));
    jvm.arguments("--port", Integer.toString(jvm.port()));
    jvm.arguments("--seconds", Long.toString(DELAY.toSeconds()));
    Instant due = Instant.now().plus(DELAY).plusSeconds(5); // with its own start
    Checkpoint image = jvm.checkpoint("at=http:" + jvm.url());
    Await.until(LIMIT, "the time of day", () -> Instant.now().isAfter(due));

    RunningProcess copy = image.command("--no-fallback").start("copy");
    Http.awaitAnswer(copy, jvm.port(), "/add");
    Await.until(LIMIT, "the last task", () -> done(jvm.port()).contains("last"), copy::describe);
    assertThat(done(jvm.port()))
        .containsExactlyInAnyOrder("timer", "added", "spring-pool", "spring-threads", "last")
        .endsWith("last");
    for (String line : Http.ask(jvm.port(), "/due").lines().toList()) {
      assertThat(second(line)).isCloseTo(first(line), within(TOLERANCE.toSeconds()));
    }
    String ticks = Http.ask(jvm.port(), "/ticks");
    assertThat(first(ticks)).isBetween(1L, second(ticks));
  }

  private static long first(String line) {
    return Long.parseLong(line.replaceAll(" .*", ""));
  }

  private static long second(String line) {
    return Long.parseLong(line.replaceAll(".* ", ""));
  }

  private static List<String> done(int port) throws Exception {
    return List.of(Http.ask(port, "/done").split(",", -1));
  }
}
