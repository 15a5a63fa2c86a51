package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
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
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Idle connections and connections in use, after a checkpoint and after a restore. */
@BesideOthers
@Tag("core")
class ConnectionsIT {
  private static final int COPIES = 3;
  // From this JDK on, the pools are on the module path. So both paths are tested.
  private static final int MODULES = 25;
  private static final String APPLICATION = "crjvm.it.app.ConnectionApplication";

  /** The thread of the JDK that sends a request which nobody waits for. */
  private static final String HTTP_CLIENT = "jdk.internal.net.http.PlainHttpConnection";

  /**
   * Clients with an idle connection to the server. The databases' pools have two connections each.
   */
  private static final List<String> CLIENTS = List.of("/http1", "/http2", "/url");

  private static final String OWN = "crjvm.it.app.OwnConnection";
  private static final String ACCEPTED =
      "crjvm: descriptor N is a connection from 127\\.0\\.0\\.1:\\d+ to 127\\.0\\.0\\.1:%d of "
          + OWN
          + "; restored processes find it ended";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /**
   * A server that answers as soon as the slow server has both requests. The application sends them
   * in the background, and the checkpoint has to find their connections.
   */
  private record Watch(HttpServer server) implements AutoCloseable {
    static Watch start(KeepAliveServer slow) throws IOException {
      HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
      server.createContext(
          "/",
          exchange -> {
            try (exchange) {
              Await.until(
                  RunningProcess.LIMIT,
                  "two requests to the slow server",
                  () -> slow.connections().equals(List.of("/: open", "/: open")),
                  () -> "there are " + slow.connections());
              exchange.sendResponseHeaders(200, -1);
            }
          });
      server.start();
      return new Watch(server);
    }

    String url() {
      return "http://localhost:" + server.getAddress().getPort() + "/";
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  /**
   * Creates a JVM with clients that do not test a connection before use and do not repeat a
   * request.
   */
  private static TestJvm jvm(
      Jdk jdk, KeepAliveServer peer, KeepAliveServer slow, PostgreSql database, int own)
      throws Exception {
    Path pools = BENCH.application().resolveSibling("libraries/pools");
    return new TestJvm(BENCH, jdk.require())
        .vm("-Dcom.zaxxer.hikari.aliveBypassWindowMs=600000", "-Dsun.net.http.retryPost=false")
        .main(jdk.major() < MODULES ? onClassPath(pools) : onModulePath(pools))
        .arguments(Integer.toString(peer.port()), Integer.toString(slow.port()), database.url())
        .arguments(Integer.toString(own));
  }

  private static String[] onClassPath(Path pools) {
    return new String[] {"-cp", BENCH.application() + ":" + pools + "/*", APPLICATION};
  }

  /** Returns the options that put pools on the module path, where not every package is open. */
  private static String[] onModulePath(Path pools) {
    String modules = "--add-modules=ALL-MODULE-PATH";
    return new String[] {
      "-p", pools.toString(), modules, "-cp", BENCH.application().toString(), APPLICATION
    };
  }

  @OnEachJdk
  void idleOnesAreClosedBeforeTheDumpAndUsedOnesAreTold(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH);
        KeepAliveServer peer = KeepAliveServer.start();
        KeepAliveServer slow = KeepAliveServer.slow();
        Watch watch = Watch.start(slow)) {
      int own = FreePort.find();
      TestJvm jvm = jvm(jdk, peer, slow, database, own);
      String warmUp = ",warmup=" + jvm.url() + "all*3;" + jvm.url() + "begin;" + watch.url();
      RunningProcess original =
          jvm.start("at=http:" + jvm.url() + warmUp + ",then=continue,train=off");
      original.awaitError("crjvm: image ready: ");

      assertClosed(peer);
      assertThat(database.log()).doesNotContain("could not receive data", "unexpected EOF");
      assertThat(connections(original))
          .hasSize(5)
          .contains(line(database.port(), "org.postgresql.core.PGStream"))
          .contains(line(slow.port(), HTTP_CLIENT))
          .contains(line(own, OWN))
          .anyMatch(line -> line.matches(ACCEPTED.formatted(own)));
      List<String> backends = new ArrayList<>(List.of(assertWorks(jvm.port())));
      slow.answer();
      assertThat(Http.ask(jvm.port(), "/end").lines())
          .hasSize(4)
          .contains("own: ended")
          .noneMatch(line -> line.contains("failed"));

      for (RunningProcess copy : restore(new Checkpoint(BENCH, jvm, original), own, backends)) {
        assertThat(copy.terminate()).isEqualTo(143);
      }
      assertThat(backends).hasSize(1 + COPIES).doesNotHaveDuplicates();
      assertThat(original.terminate()).isEqualTo(143);
    }
  }

  private static String line(int port, String owner) {
    return "crjvm: descriptor N is a connection to 127.0.0.1:%d of %s;".formatted(port, owner)
        + " restored processes find it broken";
  }

  /** Checks that the connections are closed while the process goes on, and so not by its end. */
  private static void assertClosed(KeepAliveServer peer) {
    List<String> expected = CLIENTS.stream().map(path -> path + ": ended").toList();
    Await.until(
        RunningProcess.LIMIT,
        "the ends of connections",
        () -> peer.connections().equals(expected),
        () -> "they are " + peer.connections());
  }

  private static List<String> connections(RunningProcess process) {
    return process.messages().stream()
        .filter(line -> line.contains(" connection"))
        .map(line -> line.replaceFirst("descriptor [0-9]+", "descriptor N"))
        .toList();
  }

  /**
   * Uses every client for the first time. Returns the server's process for HikariCP's connection.
   */
  private static String assertWorks(int port) throws Exception {
    List<String> answers = Http.ask(port, "/all").lines().toList();
    assertThat(answers).hasSize(8).noneMatch(line -> line.contains("failed"));
    return answers.get(3);
  }

  private static List<RunningProcess> restore(Checkpoint checkpoint, int own, List<String> backends)
      throws Exception {
    List<RunningProcess> copies = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < COPIES; i++) {
      ports.add(FreePort.find());
      String listen = checkpoint.port() + "=" + ports.get(i);
      copies.add(
          checkpoint
              .command("--no-fallback", "--listen", listen, "--listen", own + "=0")
              .start("copy"));
    }
    for (int i = 0; i < COPIES; i++) {
      Http.awaitAnswer(copies.get(i), ports.get(i), "/");
      backends.add(assertWorks(ports.get(i)));
      // The HTTP client asks again where that is allowed. A transaction can't be begun again.
      assertThat(Http.ask(ports.get(i), "/end").lines())
          .hasSize(4)
          .contains("own: ended")
          .anyMatch(line -> line.startsWith("hikari failed: "));
    }
    return copies;
  }
}
