package crjvm.agent.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import crjvm.agent.message.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RequestFileTest {
  private static final Map<String, String> ENVIRONMENT = Map.of("PASSWORD", "secret");

  @TempDir Path folder;

  /** Each request as method, address, cookie, content type, and body. */
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Answers a login with a redirection, a cookie and a token, and what needs no login with 200. */
  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    String cookie = exchange.getRequestHeaders().getFirst("Cookie");
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    String token = exchange.getRequestHeaders().getFirst("X-Token");
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    seen.add(
        String.join(
            " ", exchange.getRequestMethod(), path, cookie + "", type + "", token + "", body));
    boolean isLogin = path.equals("/login") && body.equals("user=test&password=secret");
    if (isLogin) {
      exchange.getResponseHeaders().add("Set-Cookie", "session=42; Path=/");
      exchange.getResponseHeaders().add("X-Token", "abc");
    }
    if (path.equals("/tokens")) {
      byte[] json =
          "{\"all\": [{\"access-token\": \"jwt\", \"ttl\": 60}]}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.isEmpty() ? 0 : json.length); // 0: in chunks
      exchange.getResponseBody().write(json);
    } else {
      boolean isKnown = isLogin || (cookie + "").contains("session=42") || token != null;
      exchange.sendResponseHeaders(isLogin ? 302 : isKnown ? 200 : 403, -1);
    }
    exchange.close();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("requests.http"), List.of(lines));
  }

  private void run(int count, String... lines) throws Exception {
    List<WarmUpRequest.Repeated> requests = RequestFile.repeated(file(lines), count, ENVIRONMENT);
    new RequestWarmUp(requests, Duration.ofSeconds(30), () -> false).run();
  }

  private String host() {
    return "@host = http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void aLoginIsSentOnceAndItsCookieEverAfter() throws Exception {
    run(
        10,
        host(),
        "### Log in",
        "# @name login",
        "POST {{host}}/login HTTP/1.1",
        "Content-Type: application/x-www-form-urlencoded",
        "",
        "user=test&password={{$processEnv PASSWORD}}",
        "",
        "###",
        "// a comment",
        "{{host}}/owners",
        "    ?name=a",
        "    &page=2",
        "X-Token: {{login.response.headers.x-token}}");

    assertThat(seen).hasSize(11);
    assertThat(seen.get(0))
        .isEqualTo(
            "POST /login null application/x-www-form-urlencoded null user=test&password=secret");
    assertThat(seen.subList(1, 11)).containsOnly("GET /owners?name=a&page=2 session=42 null abc ");
  }

  @Test
  void valuesOfAJsonAnswerAreUsed() throws Exception {
    run(
        3,
        host(),
        "# @name one",
        "POST {{host}}/tokens",
        "###",
        "# @name other",
        "POST {{host}}/tokens",
        "",
        "x",
        "###",
        "GET {{host}}/owners",
        "X-Token: {{one.response.body.$.all[0]['access-token']}} {{other.response.body.$.all[0].ttl}}");

    assertThat(seen.subList(2, 5)).containsOnly("GET /owners null null jwt 60 ");
  }

  @Test
  void aValueThatAJsonAnswerLacksIsNamed() {
    assertThatThrownBy(
            () ->
                run(
                    1,
                    host(),
                    "# @name login",
                    "POST {{host}}/tokens",
                    "###",
                    "GET {{host}}/{{login.response.body.$.all[1].ttl}}"))
        .hasMessageContaining(
            "\"{{login.response.body.$.all[1].ttl}}\" is not in an answer so far");
  }

  @Test
  void aBodyMayBeAFileOrAText() throws Exception {
    Files.writeString(folder.resolve("order.json"), "{\"id\": \"{{x}}\"}");

    run(
        1,
        host(),
        "POST {{host}}/orders",
        "Cookie: session=42",
        "",
        "< ./order.json",
        "",
        "###",
        "PUT {{host}}/orders",
        "Cookie: session=42",
        "",
        "a",
        "",
        "{{two}}",
        "",
        "###",
        "@two = b");

    assertThat(seen)
        .containsExactly(
            "POST /orders session=42 null null {\"id\": \"{{x}}\"}",
            "PUT /orders session=42 null null a\n\nb");
  }

  @Test
  void anAnswerOfFourHundredIsAFailure() {
    assertThatThrownBy(() -> run(5, host(), "GET {{host}}/owners"))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "warm-up failed: \"{{host}}/owners\" was answered with status 403; warm up with"
                + " addresses that work");
  }

  @Test
  void aPasswordInAnAddressIsRefusedAndNotPrinted() {
    assertThatThrownBy(() -> run(1, "GET http://joe:pass@127.0.0.1/owners"))
        .isInstanceOf(Failure.class)
        .hasMessage(
            "warm-up failed: line 1 of \""
                + folder.resolve("requests.http")
                + "\" (\"GET http://127.0.0.1/owners\") is a request that can't be sent (a user's name"
                + " or password in front of the host is not sent; write an Authorization header);"
                + " correct it");
    assertThat(seen).isEmpty();
  }

  @Test
  void mistakesAreToldBeforeTheFirstRequest() throws IOException {
    assertRefused("\".*requests.http\" has no requests", "# nothing");
    assertRefused("line 1 of .*\"GET nowhere.* can't be sent .\"nowhere\" is not", "GET nowhere");
    assertRefused("line 1 of .*\"\\{\\{host}}\" has no value", "GET {{host}}/");
    assertRefused("MISSING}}\" is not in the environment", "GET http://h/{{$processEnv MISSING}}");
    assertRefused("\\$other}}\" is not a value that crjvm", "GET http://h/{{$other}}");
    assertRefused("its variables use each other", "@a={{b}}", "@b={{a}}", "GET http://h/{{a}}");
    assertRefused(
        "line 1 of .* needs the answer of \"login\"; name an earlier request so",
        "GET http://h/{{login.response.headers.X}}");
    assertRefused("line 2 of .* is not a header", "GET http://h/", "body");
    assertRefused("line 3 of .* is a script", "GET http://h/", "", "> {% client.test() %}");
    assertRefused("line 3 of .* could not be read", "POST http://h/", "", "< missing.json");
    Path missing = folder.resolve("missing.http");
    assertThatThrownBy(() -> RequestFile.read(missing, ENVIRONMENT))
        .hasMessage("warm-up failed: there is no \"" + missing + "\"; check the path after file:");
  }

  private void assertRefused(String pattern, String... lines) throws IOException {
    Path file = file(lines);
    assertThatThrownBy(() -> RequestFile.read(file, ENVIRONMENT))
        .isInstanceOf(Failure.class)
        .hasMessageMatching("warm-up failed: .*" + pattern + ".*");
  }
}
