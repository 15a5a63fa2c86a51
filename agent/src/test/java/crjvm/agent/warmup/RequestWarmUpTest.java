package crjvm.agent.warmup;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import crjvm.agent.message.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestWarmUpTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private final Map<String, Integer> seen = new ConcurrentHashMap<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String uri = exchange.getRequestURI().toString();
          seen.merge(uri, 1, Integer::sum);
          exchange.sendResponseHeaders(uri.startsWith("/bad") ? 500 : 200, 0);
          exchange.getResponseBody().write(new byte[100_000]);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void everyRequestIsSentAsOftenAsAskedFor() throws Exception {
    warmUp(repeated(url("/a?x=1"), 50), repeated(url("/b"), 3));

    assertThat(seen).containsOnly(Map.entry("/a?x=1", 50), Map.entry("/b", 3));
  }

  @Test
  void noThreadStaysBehind() throws Exception {
    warmUp(repeated(url("/a"), 50));

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("crjvm") || name.equals("Keep-Alive-Timer"));
  }

  @Test
  void aBadAnswerIsAFailure() {
    assertThatThrownBy(() -> warmUp(repeated(url("/bad"), 50)))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "warm-up failed: \"%s\" was answered with status 500; warm up with addresses that work",
            url("/bad"));
    assertThat(seen.get("/bad")).isLessThan(10);
  }

  @Test
  void anApplicationThatStillDeploysIsAskedAgain() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    server.createContext(
        "/later",
        exchange -> {
          exchange.sendResponseHeaders(asked.incrementAndGet() < 4 ? 404 : 200, -1);
          exchange.close();
        });

    warmUp(() -> true, repeated(url("/later"), 5));

    assertThat(asked).hasValue(3 + 5);
  }

  @Test
  void aServerThatIsStillToComeIsWaitedFor() throws Exception {
    try (ServerSocket socket = new ServerSocket()) {
      InetAddress host = InetAddress.getLoopbackAddress();
      socket.bind(new InetSocketAddress(host, 0), 1);
      int port = socket.getLocalPort();
      socket.close();
      HttpServer late = HttpServer.create();
      late.createContext("/", exchange -> answer(exchange));
      AtomicInteger waits = new AtomicInteger();
      RequestWarmUp.Deployment deployment =
          () -> {
            if (waits.incrementAndGet() == 2) {
              bind(late, new InetSocketAddress(host, port));
            }
            return true;
          };
      try {
        warmUp(deployment, repeated(URI.create("http://127.0.0.1:" + port + "/"), 2));
      } finally {
        late.stop(0);
      }
      assertThat(waits).hasValue(2);
    }
  }

  private static void answer(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  private static void bind(HttpServer server, InetSocketAddress address) {
    try {
      server.bind(address, 0);
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aRefusedConnectionIsAFailureAfterSomeAttempts() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    URI nobody = URI.create("http://127.0.0.1:" + port + "/");

    assertThatThrownBy(() -> warmUp(repeated(nobody, 1)))
        .isInstanceOf(Failure.class)
        .hasMessageStartingWith("warm-up failed: \"" + nobody + "\" could not be read (");
  }

  @Test
  void aServerThatKeepsTheConnectionUntilItsClientLetsGo() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Integer> end =
          CompletableFuture.supplyAsync(() -> answerAndAwaitTheEnd(socket));

      URI url = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
      warmUp(repeated(url, 1));

      // The server's thread may end later than the client.
      assertThat(end.get(1, TimeUnit.MINUTES)).isEqualTo(-1);
    }
  }

  private static int answerAndAwaitTheEnd(ServerSocket socket) {
    try (Socket connection = socket.accept()) {
      InputStream in = connection.getInputStream();
      for (String seen = ""; !seen.endsWith("\r\n\r\n"); ) {
        seen += (char) in.read();
      }
      byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK".getBytes(US_ASCII);
      connection.getOutputStream().write(answer);
      return in.read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void warmUp(WarmUpRequest.Repeated... repeated) throws Exception {
    warmUp(() -> false, repeated);
  }

  private static void warmUp(
      RequestWarmUp.Deployment deployment, WarmUpRequest.Repeated... repeated) throws Exception {
    new RequestWarmUp(List.of(repeated), LIMIT, deployment).run();
  }

  private static WarmUpRequest.Repeated repeated(URI url, int count) {
    return new WarmUpRequest.Repeated(new WarmUpRequest.OfUrl(url), count);
  }

  private URI url(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }
}
