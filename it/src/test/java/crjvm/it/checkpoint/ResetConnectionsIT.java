package crjvm.it.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.Matrix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An event loop's connections that were open at the checkpoint. */
@Tag("variant")
class ResetConnectionsIT {
  private static final int CLIENTS = 2;
  private static final String REQUEST =
      "GET /greeting?name=You HTTP/1.1\r\nHost: localhost\r\n\r\n";

  // These are fields of lines below /proc/net.
  private static final int UNIX_INODE = 6;
  private static final int TCP_STATE = 3;
  private static final int TCP_INODE = 9;

  /** The states established and listening. */
  private static final Set<String> STEADY = Set.of("01", "0A");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  static List<Arguments> cases() {
    return Jdk.all().stream()
        .flatMap(jdk -> List.of("true", "false").stream().map(on -> Arguments.of(on, jdk)))
        .toList();
  }

  /**
   * Uses Netty's epoll transport. It never reads from a socket that has only hung up, and the
   * kernel reports the socket again at once. So it would keep a processor busy for ever.
   */
  @Matrix
  @ParameterizedTest(name = "native transport {0}, {1}")
  @MethodSource("cases")
  void theirEndIsFoundAndTheyAreClosed(String isNative, Jdk jdk) throws Exception {
    TestJvm jvm =
        new TestJvm(BENCH, jdk.require()).jar(BENCH.copyOfFramework("vertx", "application.jar"));
    jvm.vm("-Dport=" + jvm.port(), "-Dvertx.options.preferNativeTransport=" + isNative);
    try (KeepAliveServer peer = KeepAliveServer.start()) {
      RunningProcess original =
          jvm.start("at=port:" + jvm.port() + ",warmup=cmd:until [ -e go ]; do sleep 0.1; done");
      original.awaitError("crjvm: warm point ");
      String fetch = "/fetch?port=" + peer.port();
      String fetched = Http.ask(jvm.port(), fetch);
      List<Socket> clients = connect(jvm.port());
      // The server notices a little later that a client, such as this test, has closed its end.
      Await.until(
          RunningProcess.LIMIT,
          "the end of what clients have closed",
          () -> !hasHalfClosed(original),
          original::describe);
      int sockets = sockets(original);
      Files.createFile(jvm.folder().resolve("go"));
      Checkpoint checkpoint = jvm.checkpoint(original);
      assertThat(told(original, "broken")).isEqualTo(1);
      assertThat(told(original, "ended")).isGreaterThanOrEqualTo(CLIENTS);
      int left = sockets - 1 - told(original, "ended");

      RunningProcess copy = checkpoint.command("--no-fallback", "--verbose").start("copy");
      copy.awaitError("crjvm: restore: restored in ");
      Await.until(
          RunningProcess.LIMIT,
          "the ends of connections",
          () -> !copy.isAlive() || sockets(copy) == left,
          copy::describe);
      assertThat(Http.ask(jvm.port(), fetch)).isEqualTo(fetched);
      assertThat(copy.terminate()).isEqualTo(143);
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  private static int told(RunningProcess process, String how) {
    return (int)
        process.messages().stream()
            .filter(line -> line.endsWith("; restored processes find it " + how))
            .count();
  }

  /**
   * Opens connections that were served and then are idle. On one of them, the next request has
   * begun.
   */
  private static List<Socket> connect(int port) throws IOException {
    List<Socket> clients = new ArrayList<>();
    while (clients.size() < CLIENTS) {
      Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
      clients.add(client);
      client.getOutputStream().write(REQUEST.getBytes(US_ASCII));
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("Hello, You!") < 0) {
        int c = client.getInputStream().read();
        assertThat(c).as("after " + answer).isNotNegative();
        answer.append((char) c);
      }
    }
    clients.get(0).getOutputStream().write(REQUEST.substring(0, 20).getBytes(US_ASCII));
    return clients;
  }

  /**
   * Returns the number of sockets without Unix sockets: the JDK keeps one from its first use on, to
   * close others with.
   */
  private static int sockets(RunningProcess process) throws IOException {
    Set<String> unix = new HashSet<>();
    for (String[] fields : table(process, "unix")) {
      unix.add("socket:[" + fields[UNIX_INODE] + "]");
    }
    List<String> descriptors = ProcFile.descriptors(process.pid());
    return (int)
        descriptors.stream()
            .filter(target -> target.startsWith("socket:") && !unix.contains(target))
            .count();
  }

  private static boolean hasHalfClosed(RunningProcess process) throws IOException {
    List<String> descriptors = ProcFile.descriptors(process.pid());
    for (String table : List.of("tcp", "tcp6")) {
      for (String[] fields : table(process, table)) {
        if (!STEADY.contains(fields[TCP_STATE])
            && descriptors.contains("socket:[" + fields[TCP_INODE] + "]")) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<String[]> table(RunningProcess process, String name) throws IOException {
    Path file = ProcFile.of(process.pid(), "net/" + name);
    return Files.exists(file) // The file is missing without IPv6.
        ? Files.readAllLines(file).stream().map(line -> line.strip().split("\\s+")).toList()
        : List.of();
  }
}
