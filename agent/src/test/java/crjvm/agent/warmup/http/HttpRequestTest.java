package crjvm.agent.warmup.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpRequestTest {
  @Test
  void aRequestAsksForTheConnectionToBeClosed() {
    assertThat(text(HttpRequest.get(URI.create("http://h:8080/a%20b?c=d"))))
        .startsWith("GET /a%20b?c=d HTTP/1.1\r\nHost: h:8080\r\n")
        .endsWith("Connection: close\r\n\r\n");
    assertThat(text(HttpRequest.get(URI.create("http://[::1]"))))
        .startsWith("GET / HTTP/1.1\r\nHost: [::1]\r\n");
  }

  @Test
  void itsOwnHeadersReplaceTheUsualOnes() {
    List<HttpRequest.Header> headers =
        List.of(
            new HttpRequest.Header("host", "shop.example"),
            new HttpRequest.Header("accept", "text/html"),
            new HttpRequest.Header("X-Tenant", "7"),
            new HttpRequest.Header("Connection", "keep-alive"));

    assertThat(
            text(new HttpRequest("GET", URI.create("http://h/"), headers, new byte[0], false))
                .lines())
        .containsExactly(
            "GET / HTTP/1.1",
            "User-Agent: crjvm",
            "host: shop.example",
            "accept: text/html",
            "X-Tenant: 7",
            "Connection: close",
            "");
  }

  @Test
  void aBodyHasItsLength() {
    byte[] body = "{}".getBytes(StandardCharsets.UTF_8);

    assertThat(text(new HttpRequest("POST", URI.create("http://h/"), List.of(), body, false)))
        .contains("\r\nContent-Length: 2\r\n")
        .endsWith("\r\n\r\n{}");
    assertThat(text(new HttpRequest("PUT", URI.create("http://h/"), List.of(), new byte[0], false)))
        .contains("\r\nContent-Length: 0\r\n");
  }

  private static String text(HttpRequest request) {
    return new String(request.bytes(), StandardCharsets.UTF_8);
  }
}
