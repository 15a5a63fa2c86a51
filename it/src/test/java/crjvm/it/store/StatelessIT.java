package crjvm.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Command;
import crjvm.it.bench.Compilers;
import crjvm.it.bench.Http;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that keep no data can be restored from one image again and again, whatever happens to
 * their logs, compiled pages and temporary files meanwhile. None of it is a reason for a normal
 * start. {@code -Dcrjvm.it.restores=100} restores each a hundred times instead of ten, and {@code
 * -Dcrjvm.it.server=JETTY} (a regular expression) tests only one of them.
 */
@BesideOthers
@Tag("server")
class StatelessIT {
  private static final int RESTORES = Integer.getInteger("crjvm.it.restores", 10);

  @RegisterExtension static final Workbench BENCH = new Workbench();

  static List<StatelessServer> servers() {
    return Stream.of(StatelessServer.values())
        .filter(server -> server.name().matches(System.getProperty("crjvm.it.server", ".*")))
        .toList();
  }

  @Matrix
  @ParameterizedTest(name = "{0}")
  @MethodSource("servers")
  void everyCopyIsRestored(StatelessServer server) throws Exception {
    Jdk jdk = Jdk.any();
    Path folder = BENCH.newFolder(server.name());
    Path image = BENCH.newFolder("images").resolve("image");
    int port = FreePort.find();
    List<Object> words = server.words(BENCH, folder, port);
    String url = "http://localhost:" + port + server.ready();
    String options = "at=http:" + url + ",quiet=5s,warmup=" + url + "*20";
    RunningProcess original =
        new Command(BENCH, folder)
            .add(
                jdk.java(),
                Compilers.options(),
                "-javaagent:" + BENCH.agent() + "=image=" + image + "," + options)
            .add(words)
            .run("image");
    assertThat(original.awaitExit()).as(original::describe).isZero();

    for (int turn = 1; turn <= RESTORES; turn++) {
      List<RunningProcess> copies = new ArrayList<>();
      // Every fourth time there are two copies, if the server allows that.
      for (int i = 0; i < (turn % 4 == 0 && server.letsTwoLog() ? 2 : 1); i++) {
        int own = FreePort.find();
        RunningProcess copy =
            new Command(BENCH, folder)
                .add(BENCH.launcher(), "run", "--image", image, "--listen", port + "=" + own)
                .start("copy");
        Http.awaitAnswer(copy, own, server.ready());
        copies.add(copy);
        assertThat(JavaCache.isRestored(copy)).as("turn " + turn + "\n" + copy.describe()).isTrue();
        for (String request : server.requests(turn)) {
          Http.ask(own, request);
        }
      }
      collectGarbage(jdk, folder, copies);
      for (RunningProcess copy : copies) {
        end(copy, turn);
      }
      changeLog(server.log(folder), turn);
    }
    assertThat(server.logs(folder)).as("rolled logs").hasSizeGreaterThan(1);
  }

  /** Runs a garbage collection, which is in the collector's log. */
  private static void collectGarbage(Jdk jdk, Path folder, List<RunningProcess> copies)
      throws Exception {
    for (RunningProcess copy : copies) {
      RunningProcess jcmd =
          new Command(BENCH, folder).add(jdk.tool("jcmd"), copy.pid(), "GC.run").run("jcmd");
      assertThat(jcmd.awaitExit()).as(jcmd::describe).isZero();
    }
  }

  private static void end(RunningProcess copy, int turn) throws Exception {
    if (turn % 2 == 0) {
      copy.kill();
      copy.awaitKilled();
    } else {
      assertThat(copy.terminate()).as(copy::describe).isEqualTo(143);
    }
  }

  /** Moves or empties a log, as logrotate and administrators do. */
  private static void changeLog(Path log, int turn) throws IOException {
    if (!Files.exists(log)) {
      return;
    }
    switch (turn % 5) {
      case 1 -> Files.move(log, Path.of(log + ".1"), StandardCopyOption.REPLACE_EXISTING);
      case 2 -> FileChannel.open(log, StandardOpenOption.WRITE).truncate(0).close();
      case 3 -> Files.delete(log);
      default -> {}
    }
  }
}
