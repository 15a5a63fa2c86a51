package crjvm.benchmark.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests answers in the forms in which servers send them. */
class ProbeTest {
  private static final byte[] REQUEST = Probe.request("/page");

  @Test
  void answerWithLengthComesInPieces() throws Exception {
    assertThat(answers("HTTP/1.1 200 OK\r\nContent-len", "gth: 5\r\n\r\nab", "cde"))
        .containsExactly("abcde");
  }

  @Test
  void answerInChunksComesInPieces() throws Exception {
    String head = "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n";
    assertThat(answers(head + "3\r\nabc\r\n1", "0\r\n0123456789abcdef\r\n", "0\r\n", "\r\n"))
        .containsExactly("abc0123456789abcdef");
  }

  @Test
  void anotherStatusIsAnError() {
    assertThatThrownBy(() -> answers("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("503");
  }

  @Test
  void answerThatEndsEarlyIsAnError() {
    assertThatThrownBy(() -> answers("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void newConnectionFollowsTheOneThatTheServerEnds() throws Exception {
    byte[] answer =
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"
            .getBytes(StandardCharsets.US_ASCII);
    try (ServerSocket server = new ServerSocket(Ports.free(), 5, InetAddress.getLoopbackAddress());
        Probe probe = Probe.connect(server.getLocalPort())) {
      CompletableFuture<Void> serving =
          CompletableFuture.runAsync(
              () -> {
                serve(server, List.of(answer));
                serve(server, List.of(answer));
              });
      assertThat(probe.ask(REQUEST)).asString().isEqualTo("x");
      assertThat(probe.ask(REQUEST)).asString().isEqualTo("x");
      serving.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void nobodyListensOnAFreePort() throws Exception {
    assertThat(Probe.connect(Ports.free())).isNull();
  }

  private static List<String> answers(String... pieces) throws Exception {
    List<byte[]> bytes =
        List.of(pieces).stream().map(p -> p.getBytes(StandardCharsets.US_ASCII)).toList();
    try (ServerSocket server =
        new ServerSocket(Ports.free(), 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> serve(server, bytes));
      try (Probe probe = Probe.connect(server.getLocalPort())) {
        List<String> answers = List.of(new String(probe.ask(REQUEST), StandardCharsets.US_ASCII));
        serving.get(10, TimeUnit.SECONDS);
        return answers;
      }
    }
  }

  private static void serve(ServerSocket server, List<byte[]> pieces) {
    try (Socket socket = server.accept()) {
      socket.setTcpNoDelay(true);
      socket.getInputStream().readNBytes(REQUEST.length);
      for (byte[] piece : pieces) {
        socket.getOutputStream().write(piece);
        socket.getOutputStream().flush();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
