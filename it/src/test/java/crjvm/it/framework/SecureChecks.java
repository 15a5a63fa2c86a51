package crjvm.it.framework;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Requests to a server that speaks HTTP/2 over TLS. */
public final class SecureChecks {
  /** The number of simultaneous requests on one connection. */
  private static final int STREAMS = 20;

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  /**
   * The port that a client sees. Clients keep sessions by the server's name and port, so that all
   * copies are the same server to this client.
   */
  private static final int KNOWN_PORT = 443;

  private SecureChecks() {}

  /** Uses the client of the JDK, which chooses the protocol by ALPN. */
  public static void servesHttp2(FrameworkProcess process) throws Exception {
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(process.key().context())
            .version(HttpClient.Version.HTTP_2)
            .connectTimeout(LIMIT)
            .build();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      String url = "https://localhost:" + process.securePort() + "/greeting?name=" + i;
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT).build();
      answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
    }
    for (int i = 0; i < STREAMS; i++) {
      HttpResponse<String> answer = answers.get(i).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("Hello, " + i + "!");
    }
  }

  /**
   * Checks that every copy resumes the sessions that it has made itself. If a client offers it a
   * session of another copy, whose keys it can't have, it makes a new session and answers
   * nevertheless.
   */
  static void copiesShareNoSessions(List<FrameworkProcess> copies) throws Exception {
    for (String protocol : PROTOCOLS) {
      SSLContext client = copies.get(0).key().context();
      List<Long> sessions = new ArrayList<>();
      for (FrameworkProcess copy : copies) {
        long session = session(client, protocol, copy);
        assertThat(sessions).as("sessions of other copies, " + protocol).doesNotContain(session);
        assertThat(session(client, protocol, copy)).as("resumed, " + protocol).isEqualTo(session);
        sessions.add(session);
      }
    }
  }

  /**
   * Returns the creation time of the session. A resumed session has the creation time of the first
   * one.
   */
  private static long session(SSLContext client, String protocol, FrameworkProcess process)
      throws IOException {
    Socket plain =
        new Socket(InetAddress.getLoopbackAddress(), process.securePort()) {
          @Override
          public int getPort() {
            return KNOWN_PORT;
          }
        };
    try (SSLSocket socket =
        (SSLSocket) client.getSocketFactory().createSocket(plain, "localhost", KNOWN_PORT, true)) {
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket.setEnabledProtocols(new String[] {protocol});
      String request =
          "GET /greeting?name=TLS HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      // The session ticket comes before the answer.
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 200").contains("Hello, TLS!");
      assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
      return socket.getSession().getCreationTime();
    }
  }
}
