package crjvm.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import crjvm.image.ImageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests access with a registry of the test's own, which answers as others do. Nobody is logged in.
 */
class AccessTest {
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private String challenge;
  private String token = "{\"token\": \"ticket\", \"expires_in\": 300}";
  private String location = "/v2/team/app/blobs/uploads/1?state=x";
  private int status = 202;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 9);
    server.createContext("/", this::answer);
    server.start();
    challenge = "Bearer realm=\"http://" + host() + "/token\",service=\"s v\",scope=\"unused\"";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + (authorization == null ? "" : " " + authorization));
    byte[] body = new byte[0];
    int answer = status;
    if (exchange.getRequestURI().getPath().equals("/token")) {
      body = token.getBytes(StandardCharsets.UTF_8);
      answer = 200;
    } else if (authorization == null && !challenge.isEmpty()) {
      exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
      answer = 401;
    } else if (answer == 202) {
      exchange.getResponseHeaders().add("Location", location);
    } else {
      body =
          "{\"errors\": [{\"code\": \"UNSUPPORTED\", \"message\": \"no\\u0007 writing\"}]}"
              .getBytes(StandardCharsets.UTF_8);
    }
    boolean isEmpty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(answer, isEmpty ? -1 : body.length);
    if (!isEmpty) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private Repository repository() {
    return new Repository("SHOWN", host(), "team/app", true, false);
  }

  @Test
  void anUploadIsAskedForWithAToken_AndCancelled() throws Exception {
    Access access = Access.toWrite(repository());
    assertThat(requests)
        .containsExactly(
            "POST /v2/team/app/blobs/uploads/",
            "GET /token?service=s+v&scope=repository%3Ateam%2Fapp%3Apull%2Cpush",
            "POST /v2/team/app/blobs/uploads/ Bearer ticket",
            "DELETE /v2/team/app/blobs/uploads/1?state=x Bearer ticket");
    requests.clear();
    assertThat(access.header()).isEqualTo("Bearer ticket");
    assertThat(requests).isEmpty();
  }

  @Test
  void nothingIsSaidToARegistryThatAsksForNothing() throws Exception {
    challenge = "";
    assertThat(Access.toRead(repository(), "1").header()).isEmpty();
    assertThat(requests).containsExactly("HEAD /v2/team/app/manifests/1");
  }

  @Test
  void aTokenIsRenewedBeforeItIsOver() throws Exception {
    token = "{\"access_token\": \"first\", \"expires_in\": 0}";
    Access access = Access.toRead(repository(), "1");
    token = "{\"access_token\": \"second\"}";
    assertThat(access.header()).isEqualTo("Bearer second");
    token = "{\"access_token\": \"third\"}";
    assertThat(access.header()).isEqualTo("Bearer second");
  }

  @Test
  void aChallengeNeedNotHaveMoreThanWhere() throws Exception {
    challenge = "bearer realm=\"http://" + host() + "/token?account=a\"";
    Access.toRead(repository(), "1");
    assertThat(requests.get(1))
        .isEqualTo(
            "GET /token?account=a&service="
                + host().replace(":", "%3A")
                + "&scope=repository%3Ateam%2Fapp%3Apull");
  }

  @Test
  void whatTheRegistryAnswersIsSaid() {
    status = 405;
    assertThatThrownBy(() -> Access.toWrite(repository()))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "the registry refused the request for \"SHOWN\": \"no? writing, status"
                + " 405\"; check the name, and what the registry allows");
    status = 403;
    assertThatThrownBy(() -> Access.toRead(repository(), "1"))
        .hasMessage(
            "the registry does not let \"SHOWN\" through; log in with podman login or docker login");
    for (String each : new String[] {"", "{}", "{\"token\": 1}", "{\"token\": \"a\\nb\"}"}) {
      token = each;
      assertThatThrownBy(() -> Access.toRead(repository(), "1"))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("\"it gave no token\"");
    }
    for (String each : new String[] {"Bearer", "Bearer realm=\"file:/x\"", "Bearer realm=\"%\""}) {
      challenge = each;
      String cause = each.equals("Bearer") ? "does not let" : "does not say of whom";
      assertThatThrownBy(() -> Access.toRead(repository(), "1"))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining(cause);
    }
  }

  @Test
  void whatNeedsTlsIsSentNowhereElse() {
    challenge = "Bearer realm=\"http://localhost.test/token\"";
    String cause = ", without TLS; give --plain-http if you trust the network";
    assertThatThrownBy(() -> Access.toRead(repository(), "1"))
        .hasMessage(
            "the registry wants the login for \"SHOWN\" sent to \"http://localhost.test/token\""
                + cause);
    assertThat(requests).containsExactly("HEAD /v2/team/app/manifests/1");
  }

  /** Otherwise a registry could have requests sent to services that only this machine reaches. */
  @Test
  void anUploadGoesToTheRegistryItselfOnly() throws Exception {
    challenge = "";
    String port = host().substring(host().indexOf(':'));
    for (String each :
        new String[] {
          "http://localhost.test/upload",
          "http://localhost" + port + "/upload",
          "//127.0.0.1:1/upload",
          "http://127.0.0.1/upload",
          "https://" + host() + "/upload",
          "http://user@" + host() + "/upload",
          "mailto:" + host()
        }) {
      location = each;
      assertThatThrownBy(() -> Access.toWrite(repository()))
          .isInstanceOf(ImageException.class)
          .hasMessageStartingWith("the registry wants the upload of \"SHOWN\" sent to \"")
          .hasMessageEndingWith(
              "\", which is not its own address; have the registry's external address corrected");
    }
    assertThat(requests).isNotEmpty().allMatch("POST /v2/team/app/blobs/uploads/"::equals);
    requests.clear();
    location = "http://" + host() + "/upload";
    Access.toWrite(repository());
    assertThat(requests).containsExactly("POST /v2/team/app/blobs/uploads/", "DELETE /upload");
  }
}
