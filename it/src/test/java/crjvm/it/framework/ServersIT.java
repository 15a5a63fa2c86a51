package crjvm.it.framework;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Command;
import crjvm.it.bench.Compilers;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Ten servers with an image, with an image that was refused, and without one. Answers, exit status,
 * output and files are those of plain java.
 */
@BesideOthers
@Tag("framework")
class ServersIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** An application of frameworks/ or examples/, with the property that sets its port. */
  enum Server {
    CLINIC("server.port", "/api/departments"),
    HELIDON("port"),
    JETTY("port"),
    MICRONAUT("micronaut.server.port"),
    NETTY("port"),
    QUARKUS("quarkus.http.port"),
    SPRING_SETTINGS_3("server.port", "/settings"),
    SPRING_SETTINGS_4("server.port", "/settings"),
    TOMCAT("port"),
    VERTX("port");

    private final String property;
    private final String path;

    Server(String property) {
      this(property, "/greeting?name=World");
    }

    Server(String property, String path) {
      this.property = property;
      this.path = path;
    }

    private Path jar() throws IOException {
      String module = name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
      return switch (this) {
        case CLINIC -> BENCH.copyOf("examples/clinic/target/clinic.jar");
        case QUARKUS -> BENCH.copyOfFramework(module, "quarkus-app/quarkus-run.jar");
        default -> BENCH.copyOfFramework(module, "application.jar");
      };
    }
  }

  private static final String RANDOM = "\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}";

  /** The results that the user sees. Times and durations differ from run to run. */
  private record Seen(int status, String answer, List<String> lines, List<String> files) {}

  /** The runs of one server, in one folder and one after the other. */
  private record Runs(Server server, Path folder, Path jar, int port, Jdk jdk) {
    Command command(String... options) {
      return new Command(BENCH, folder)
          .add(jdk.java(), Compilers.options(), List.of(options), "-Xmx256m")
          .add("-Dcrac.enabled=false") // Micronaut's own support of CRaC would stop the server.
          .add("-D" + server.property + "=" + port, "-jar", jar);
    }

    String agent(Path image, String more) {
      return "-javaagent:" + BENCH.agent() + "=image=" + image + ",at=port:" + port + more;
    }

    /**
     * Sends a request, collects the results, and stops the server. The lines at the end come from
     * threads that run at the same time, so they are sorted.
     */
    Seen look(RunningProcess process, List<String> before) throws Exception {
      Http.awaitAnswer(process, port, server.path);
      String answer = Http.ask(port, server.path);
      List<String> lines = new ArrayList<>(before);
      lines.addAll(lines(process));
      int status = process.terminate();
      return new Seen(status, plain(answer), lines.stream().sorted().toList(), files());
    }

    private static List<String> lines(RunningProcess process) {
      return Stream.concat(process.stdout().lines(), process.stderr().lines())
          .filter(line -> !line.startsWith("crjvm: "))
          .map(Runs::plain)
          .toList();
    }

    private static String plain(String text) {
      return text.replaceAll(RANDOM + "|0x\\p{XDigit}+|\\d+", "0");
    }

    private List<String> files() throws IOException {
      try (Stream<Path> all = Files.walk(folder)) {
        return all.map(file -> plain(folder.relativize(file).toString())).sorted().toList();
      }
    }
  }

  @Matrix
  @ParameterizedTest
  @EnumSource
  void theStartThatWasAskedForIsRight(Server server) throws Exception {
    int port = FreePort.find();
    Runs runs = new Runs(server, BENCH.newFolder("work"), server.jar(), port, Jdk.newest());
    Path image = BENCH.newFolder("images").resolve("image");
    Seen plain = runs.look(runs.command().start("plain"), List.of());

    RunningProcess refused =
        runs.command(runs.agent(image, ",quiet=off,helper=/dev/null")).start("refused");
    refused.awaitError("crjvm: checkpoint failed: ");
    assertThat(runs.look(refused, List.of())).as(refused::describe).isEqualTo(plain);
    assertThat(image).doesNotExist();

    RunningProcess original = runs.command(runs.agent(image, ",quiet=off")).run("original");
    assertThat(original.awaitExit()).as(original::describe).isZero();
    for (int i = 0; i < 2; i++) {
      RunningProcess restored =
          new Command(BENCH, runs.folder())
              .add(BENCH.launcher(), "run", "--image", image, "--no-fallback")
              .start("restored");
      assertThat(runs.look(restored, Runs.lines(original))).as(restored::describe).isEqualTo(plain);
    }
  }
}
