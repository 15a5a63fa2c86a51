package crjvm.agent.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortAnswerTest {
  private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();

  /** The time limit for ports that answer. */
  private static final Duration LONG = Duration.ofSeconds(30);

  /** The time limit for ports that do not answer. These may also answer late. */
  private static final Duration SHORT = Duration.ofMillis(500);

  /** The other side's behaviour with a connection. */
  private interface Behaviour {
    void accept(Socket connection) throws IOException;
  }

  @Test
  void anyStatusIsAnAnswer() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(LOCAL, 0), 0);
    server.start();
    try {
      assertThat(PortAnswer.of(LOCAL, server.getAddress().getPort(), LONG))
          .contains(new PortAnswer(Optional.of("answers with status 404")));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anAnswerWithoutEndIsOne() throws Exception {
    assertThat(
            answer(
                LONG,
                connection -> {
                  OutputStream out = connection.getOutputStream();
                  out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                  while (true) {
                    out.write('.');
                    out.flush();
                  }
                }))
        .contains(new PortAnswer(Optional.of("answers with status 200")));
  }

  @Test
  void aPortOfAnotherProtocolAcceptsConnections() throws Exception {
    PortAnswer accepts = new PortAnswer(Optional.empty());

    assertThat(answer(SHORT, connection -> connection.getInputStream().readAllBytes()))
        .as("one that waits for more")
        .contains(accepts);
    assertThat(
            answer(
                LONG,
                connection ->
                    connection
                        .getOutputStream()
                        .write("hello\n".getBytes(StandardCharsets.US_ASCII))))
        .as("one that says something else")
        .contains(accepts);
    assertThat(answer(LONG, Socket::close)).as("one that closes").contains(accepts);
    assertThat(
            answer(
                LONG,
                connection -> {
                  while (true) {
                    connection.getOutputStream().write('x');
                  }
                }))
        .as("one that never ends")
        .contains(accepts);
  }

  @Test
  void aPortThatIsClosedHasNoAnswer() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, LOCAL)) {
      port = socket.getLocalPort();
    }
    assertThat(PortAnswer.of(LOCAL, port, LONG)).isEmpty();
  }

  private static Optional<PortAnswer> answer(Duration limit, Behaviour behaviour) throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, LOCAL)) {
      Thread server = new Thread(() -> serve(socket, behaviour));
      server.setDaemon(true);
      server.start();
      return PortAnswer.of(LOCAL, socket.getLocalPort(), limit);
    }
  }

  private static void serve(ServerSocket socket, Behaviour behaviour) {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        behaviour.accept(connection);
      } catch (IOException e) {
        // The other side has ended the connection, or the test is over.
      }
    }
  }
}
