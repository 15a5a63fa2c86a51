package crjvm.it.framework;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Jdk;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.CompatibilityTable;
import crjvm.it.matrix.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Applications of real releases of frameworks. Each is started normally, checkpointed after its
 * warm-up, and restored three times at once. The copies have to answer as the normal start does,
 * and to end as cleanly.
 *
 * <p>To add a row, make the application a module {@code frameworks/NAME}, with a line in
 * frameworks/pom.xml and a dependency in frameworks/all/pom.xml. It serves {@code /greeting?name=}
 * and {@code /visits} as the others do. Then add {@code new Framework("Name", "NAME")} to the list
 * below, in alphabetical order, with {@code java(...)} for its port and what else {@link Framework}
 * offers. {@code -Dcrjvm.it.framework=NAME} tests only the rows that begin with NAME. It is a
 * regular expression about NAME and {@code at=}, with a space between. With {@code
 * CRJVM_WRITE_COMPATIBILITY=1} in the environment, the test writes the rows into
 * docs/compatibility.md.
 *
 * <p>Each row runs on one JDK, and the next row runs on the next JDK. {@code
 * -Dcrjvm.it.framework.jdks=all} runs each row on all of them.
 */
@BesideOthers
@Tag("framework")
class FrameworksIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  @RegisterExtension static final CompatibilityTable TABLE = new CompatibilityTable("frameworks");

  private static final String LOGS =
      "three copies write one log, whole lines; with a log of its own, a copy rolls it";
  private static final String CACHES =
      "what has time left is there whatever the clock of the machine; all goes on";
  private static final String TASKS =
      "goes on whatever the clock of the machine, makes up for nothing";

  private static final List<Framework> FRAMEWORKS =
      List.of(
          new Framework("Helidon SE", "helidon")
              .with("requests in virtual threads")
              .releaseOf("helidon-webserver")
              .java("-Dport=PORT")
              .asks("/greeting.json?name=Json", "/countdown")
              .from(21)
              .says("stopped"),
          new Framework("Jetty embedded", "jetty")
              .with("HTTP/2 and TLS by ALPN")
              .releaseOf("jetty-server")
              .java("-Dport=PORT")
              .asks("/price?cache=lasting&article=tea")
              .secure()
              .checks(LogChecks::writes)
              .checks(TimeChecks::cacheWorks)
              .checks(TimeChecks::taskGoesOn)
              .checksCopies(LogChecks::copiesShareAFile)
              .checksRestores(LogChecks::aCopyRollsItsOwn)
              .checksRestores(TimeChecks::clocksGoOn)
              .says("stopped")
              .shows("Logback", "logback-classic", "rolling file appender, with Jetty", LOGS)
              .shows("Caffeine", "caffeine", "expiry, refresh, maximum size, with Jetty", CACHES)
              .shows("Scheduled executor", null, "a task at a fixed rate, with Jetty", TASKS),
          new Framework("Micronaut", "micronaut")
              .with("Reactor, Serialization")
              .releaseOf("micronaut-core")
              .java("-Dmicronaut.server.port=PORT", "-Dcrac.enabled=false")
              .asks("/greeting.json?name=Json", "/countdown")
              .says("stopped"),
          new Framework("Micronaut", "micronaut")
              .with("Reactor, Serialization; micronaut-crac, which stops and starts the server")
              .releaseOf("micronaut-core")
              .java("-Dmicronaut.server.port=-1")
              .asks("/greeting.json?name=Json", "/countdown")
              .at("method:io.micronaut.runtime.Micronaut#start")
              .isCold()
              .tellsItsPort("listening on http://127.0.0.1:(\\d+)")
              .says("stopped"),
          new Framework("Netty", "netty")
              .with("NIO")
              .releaseOf("netty-transport")
              .java("-Dport=PORT")
              .asks("/later")
              .checks(copy -> assertThat(copy.ask("/transport")).isEqualTo("NioSocketChannel"))
              .says("stopped"),
          new Framework("Netty", "netty")
              .with("native epoll")
              .releaseOf("netty-transport")
              .java("-Dport=PORT", "-Dtransport=epoll")
              .asks("/later")
              .checks(copy -> assertThat(copy.ask("/transport")).isEqualTo("EpollSocketChannel"))
              .says("stopped"),
          new Framework("Quarkus", "quarkus")
              .with("REST with Jackson, Mutiny")
              .jar("quarkus-app/quarkus-run.jar")
              .releaseOf("quarkus-core")
              .java("-Dquarkus.http.port=PORT")
              .asks("/greeting.json?name=Json", "/countdown")
              .says("stopped"),
          SpringFrameworks.listening("spring-boot-3"),
          SpringFrameworks.onRefresh("spring-boot-3"),
          SpringFrameworks.listening("spring-boot-4"),
          SpringFrameworks.stopping("spring-boot-4"),
          SpringFrameworks.onRefresh("spring-boot-4"),
          new Framework("Tomcat embedded", "tomcat")
              .with("HTTP/2 and TLS")
              .releaseOf("tomcat-embed-core")
              .java("-Dport=PORT")
              .secure()
              .checks(LogChecks::writes)
              .checksCopies(LogChecks::copiesShareAFile)
              .checksRestores(LogChecks::aCopyRollsItsOwn)
              .says("stopped")
              .shows("Log4j", "log4j-core", "rolling file appender, with Tomcat", LOGS),
          new Framework("Vert.x", "vertx")
              .with("Web, verticles, event bus")
              .releaseOf("vertx-core")
              .java("-Dport=PORT")
              .asks("/greeting.json?name=Json", "/countdown", "/transport")
              .says("stopped"),
          new Framework("Vert.x", "vertx")
              .with("Web, verticles, event bus; native epoll, HTTP/2 and TLS")
              .releaseOf("vertx-core")
              .java("-Dport=PORT", "-Dvertx.options.preferNativeTransport=true")
              .asks("/greeting.json?name=Json", "/countdown")
              .secure()
              .checks(copy -> assertThat(copy.ask("/transport")).isEqualTo("native"))
              .says("stopped"));

  private static final boolean ON_ALL_JDKS =
      "all".equals(System.getProperty("crjvm.it.framework.jdks"));

  private static boolean isChosen(Framework framework) {
    return framework.toString().matches(System.getProperty("crjvm.it.framework", "") + ".*");
  }

  static Stream<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (Framework framework : FRAMEWORKS) {
      jdks(framework).forEach(jdk -> cases.add(Arguments.of(framework, jdk)));
    }
    return cases.stream();
  }

  private static List<Jdk> jdks(Framework framework) {
    List<Jdk> possible = Jdk.all().stream().filter(framework::runsOn).toList();
    if (!isChosen(framework)) {
      return List.of();
    } else if (ON_ALL_JDKS) {
      return possible;
    }
    return List.of(possible.get(FRAMEWORKS.indexOf(framework) % possible.size()));
  }

  @BeforeAll
  static void startDatabase() throws Exception {
    if (FRAMEWORKS.stream().anyMatch(each -> isChosen(each) && each.usesDatabase())) {
      SpringFrameworks.startDatabase(BENCH);
    }
  }

  @BeforeAll
  static void noteWhatIsNotChosen() {
    for (Framework framework : FRAMEWORKS) {
      List<Jdk> chosen = jdks(framework);
      for (Jdk jdk : Jdk.all()) {
        if (!chosen.contains(jdk)) {
          TABLE.absent(framework.name(), framework.application(), warmPoint(framework), jdk);
          framework.parts().forEach(part -> TABLE.absent(part.name(), part.application(), jdk));
        }
      }
    }
  }

  private static String warmPoint(Framework framework) {
    return "`at=" + framework.warmPoint() + "`";
  }

  @Matrix
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void copiesServeAsTheNormalStart(Framework framework, Jdk jdk) throws Exception {
    FrameworkRun run = new FrameworkRun(BENCH, framework, jdk.require());
    run.copiesServeAsTheNormalStart();
    String warmPoint = warmPoint(framework);
    TABLE.add(
        "three copies at once serve, go on from the image, end cleanly",
        framework.name(),
        run.release(framework.library()),
        framework.application(),
        warmPoint,
        jdk);
    for (Framework.Part part : framework.parts()) {
      String release = part.library() == null ? "the JDK's" : run.release(part.library());
      TABLE.add(part.result(), part.name(), release, part.application(), warmPoint, jdk);
    }
  }
}
