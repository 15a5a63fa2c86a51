package crjvm.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.http.impl.client.HttpClients;
import org.junit.jupiter.api.Test;

/**
 * Tests the exceptions of the clients that crjvm uses, the JDK's and Apache's, with real
 * connections.
 */
class RegistryFailureTest {
  private static final String SHOWN = "oci://host/name:1";

  /** Asserts the cause with which a request fails, for both clients. */
  private static void assertCause(URI uri, String... causes) {
    assertThat(RegistryFailure.cause(uri, failure(uri, Duration.ofMinutes(1))).orElse("none"))
        .isIn((Object[]) causes);
    Throwable other =
        catchThrowable(
            () -> {
              try (var client = HttpClients.createMinimal()) {
                client.execute(new org.apache.http.client.methods.HttpGet(uri)).close();
              }
            });
    assertThat(RegistryFailure.cause(uri, other).orElse("none")).isIn((Object[]) causes);
  }

  private static Throwable failure(URI uri, Duration limit) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(limit).build();
    return catchThrowable(() -> HttpClient.newHttpClient().send(request, BodyHandlers.ofString()));
  }

  /** The reaction of a server to a request. */
  private interface Answer {
    void to(Socket socket) throws IOException;
  }

  private interface Check {
    void on(int port) throws Exception;
  }

  private static void withServer(Answer answer, Check check) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread thread = new Thread(() -> serve(server, answer, failure));
      thread.start();
      check.on(server.getLocalPort());
      server.close();
      thread.join();
      assertThat(failure).hasNullValue();
    }
  }

  private static void serve(
      ServerSocket server, Answer answer, AtomicReference<Throwable> failure) {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        answer.to(socket);
      } catch (IOException e) {
        if (!server.isClosed() && !String.valueOf(e.getMessage()).contains("reset")) {
          failure.set(e);
        }
      }
    }
  }

  private static Answer text(String text) {
    return socket -> {
      socket.getInputStream().read(new byte[1 << 14]);
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    };
  }

  @Test
  void nothingListens() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    for (String scheme : new String[] {"http", "https"}) {
      URI uri = URI.create(scheme + "://127.0.0.1:" + port + "/v2/");
      assertCause(uri, "connection refused");
      assertThat(RegistryFailure.of(SHOWN, uri, failure(uri, Duration.ofMinutes(1))))
          .hasMessage(
              "the registry of \"%s\" can't be reached: \"127.0.0.1:%d\": connection refused; check"
                  + " the address, and that it runs",
              SHOWN, port);
    }
  }

  /** Tests a name that no resolver may know. */
  @Test
  void theNameStandsForNothing() {
    URI uri = URI.create("https://localhost.invalid/v2/");
    assertCause(uri, "unknown host");
    assertThat(RegistryFailure.of(SHOWN, uri, failure(uri, Duration.ofMinutes(1))))
        .hasMessage(
            "the registry of \"%s\" can't be reached: \"localhost.invalid:443\": unknown host; check"
                + " the name of the host",
            SHOWN);
  }

  @Test
  void itSaysNothing() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      URI uri = URI.create("http://127.0.0.1:" + server.getLocalPort() + "/v2/");
      assertThat(RegistryFailure.cause(uri, failure(uri, Duration.ofMillis(50))))
          .contains("timed out");
    }
  }

  @Test
  void itEndsBeforeOrWithinAnAnswer() throws Exception {
    for (String text :
        new String[] {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"}) {
      withServer(
          text(text),
          port -> {
            URI uri = URI.create("http://127.0.0.1:" + port + "/v2/");
            Throwable failure = failure(uri, Duration.ofMinutes(1));
            assertThat(RegistryFailure.cause(uri, failure)).contains("it closed the connection");
          });
    }
  }

  @Test
  void itSpeaksNoTls() throws Exception {
    withServer(
        text("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
        port -> assertCause(URI.create("https://127.0.0.1:" + port + "/v2/"), "it speaks no TLS"));
  }

  @Test
  void itSpeaksSomethingElse() throws Exception {
    withServer(
        text("SSH-2.0-OpenSSH_9.9\r\n"),
        port -> {
          URI uri = URI.create("http://127.0.0.1:" + port + "/v2/");
          assertThat(RegistryFailure.cause(uri, failure(uri, Duration.ofMinutes(1))))
              .contains("what it answers is not HTTP");
        });
  }

  @Test
  void aFullDiskIsNoneOfTheNetworks() {
    URI uri = URI.create("https://127.0.0.1:1/v2/");
    IOException disk = new IOException("No space left on device");
    assertThat(RegistryFailure.network(SHOWN, uri, disk)).isEmpty();
    assertThat(RegistryFailure.of(SHOWN, uri, disk))
        .hasMessage(
            "the registry of \"%s\" can't be used: \"No space left on device\"; see its log",
            SHOWN);
  }
}
