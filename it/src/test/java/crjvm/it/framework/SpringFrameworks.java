package crjvm.it.framework;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rows of Spring Boot: an application that keeps notes in PostgreSQL, through a pool whose
 * connections are from before the checkpoint.
 */
final class SpringFrameworks {
  private static final String PARTS = "Tomcat, JPA, HikariCP with PostgreSQL, actuator";

  /** The last line, with the process id that Spring's layout got when logging was configured. */
  private static final String FAREWELL =
      " INFO PID --- [greeting] [ionShutdownHook] "
          + "j.LocalContainerEntityManagerFactoryBean : Closing JPA EntityManagerFactory";

  private static final Pattern RESTARTED =
      Pattern.compile("restart completed \\(restored JVM running for (\\d+) ms\\)");
  private static final Pattern RESTORED =
      Pattern.compile(
          "Restored GreetingApplication in (\\S+) seconds \\(process running for (\\S+)\\)");

  /** The error of the kernel's start time of a process. */
  private static final Duration TICK = Duration.ofMillis(10);

  private static PostgreSql database;

  private SpringFrameworks() {}

  /** Starts the database for all rows. This happens before any test, so that it lasts. */
  static void startDatabase(Workbench bench) throws Exception {
    database = PostgreSql.start(bench);
  }

  /** Returns a row without org.crac, as most applications are: the server goes on listening. */
  static Framework listening(String module) {
    return row(module)
        .with(PARTS)
        .java("-Dserver.port=PORT")
        .asks("/notes?author=nobody", "/actuator/health/db");
  }

  /**
   * Returns a row with org.crac. Spring stops its server and its pool for the checkpoint, and
   * starts them again.
   */
  static Framework stopping(String module) {
    return row(module)
        .with(PARTS + ", org.crac")
        .jar("application-crac.jar")
        .java("-Dserver.port=0")
        .at("method:org.springframework.boot.SpringApplication#run")
        .isCold()
        .tellsItsPort("Tomcat started on port (\\d+)")
        .checks(SpringFrameworks::tellsThatItIsRestored);
  }

  /**
   * Returns a row with org.crac in which Spring itself asks for the checkpoint, before it starts
   * its server.
   */
  static Framework onRefresh(String module) {
    return row(module)
        .with(PARTS + ", org.crac; `spring.context.checkpoint=onRefresh`")
        .jar("application-crac.jar")
        .java("-Dserver.port=0", "-Dspring.context.checkpoint=onRefresh")
        .at("api")
        .isCold()
        .tellsItsPort("Tomcat started on port (\\d+)")
        .checks(SpringFrameworks::tellsHowLongTheRestoreTook);
  }

  private static Framework row(String module) {
    return new Framework("Spring Boot", module)
        .releaseOf("spring-boot")
        .withDatabase()
        .java(() -> List.of("-Dspring.datasource.url=" + database.url()))
        .checks(SpringFrameworks::writesNotes)
        .checks(SpringFrameworks::isHealthy)
        .says(FAREWELL);
  }

  /**
   * Checks that the database has the application's notes, and that the application sees the notes
   * of others.
   */
  private static void writesNotes(FrameworkProcess process) throws Exception {
    String author = "process-" + process.process().pid();
    for (int i = 1; i <= 2; i++) {
      assertThat(process.ask("/notes/add?author=" + author + "&text=note-" + i))
          .isEqualTo(Integer.toString(i));
    }
    assertThat(database.query("select text from note where author = '" + author + "' order by id"))
        .containsExactly("note-1", "note-2");
    database.query("update note set text = 'changed' where author = '" + author + "'");
    assertThat(process.ask("/notes?author=" + author)).isEqualTo("[\"changed\",\"changed\"]");
  }

  private static void isHealthy(FrameworkProcess process) throws Exception {
    assertThat(process.ask("/actuator/health"))
        .contains("\"status\":\"UP\"", "\"database\":\"PostgreSQL\"")
        .doesNotContain("DOWN");
  }

  private static void tellsThatItIsRestored(FrameworkProcess process) {
    assertTellsTimes(process, RESTARTED, 1);
  }

  private static void tellsHowLongTheRestoreTook(FrameworkProcess process) {
    assertTellsTimes(process, RESTORED, 1000);
  }

  /**
   * Checks the times that Spring prints: they must be shorter than the time since the copy's start.
   */
  private static void assertTellsTimes(FrameworkProcess process, Pattern line, int unit) {
    if (!process.restored()) {
      assertThat(process.process().stdout()).doesNotContainPattern(line);
    } else {
      Matcher told = await(process.process(), line);
      Instant start = process.process().process().info().startInstant().orElseThrow();
      double most = Duration.between(start, Instant.now()).plus(TICK).toMillis();
      for (int i = 1; i <= told.groupCount(); i++) {
        assertThat(Double.parseDouble(told.group(i)) * unit).isBetween(1.0, most);
      }
    }
  }

  /** Waits for Spring's line, which comes after the server has begun to answer. */
  private static Matcher await(RunningProcess process, Pattern line) {
    Await.until(
        RunningProcess.LIMIT,
        "\"" + line + "\"",
        () -> !process.isAlive() || line.matcher(process.stdout()).find(),
        process::describe);
    Matcher told = line.matcher(process.stdout());
    assertThat(told.find()).as(process::describe).isTrue();
    return told;
  }
}
