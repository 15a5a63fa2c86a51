package crjvm.agent.warmup.http;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * An HTTP request.
 *
 * @param headers the headers that the sender does not choose itself
 * @param keepsAnswer whether the body of the answer is wanted, too
 */
public record HttpRequest(
    String method, URI url, List<Header> headers, byte[] body, boolean keepsAnswer) {
  /** The headers that describe how a message is sent, which only the sender knows. */
  private static final List<String> OF_SENDER =
      List.of("connection", "content-length", "expect", "keep-alive", "transfer-encoding");

  private static final Set<String> WITHOUT_BODY = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  /** A line of the head. */
  public record Header(String name, String value) {
    boolean isNamed(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  /** Returns a GET request without headers of its own. */
  public static HttpRequest get(URI url) {
    return new HttpRequest("GET", url, List.of(), new byte[0], false);
  }

  boolean hasAnswerBody() {
    return !method.equals("HEAD");
  }

  /** Returns the request as it is sent. */
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head().getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  private String head() {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target()).append(" HTTP/1.1\r\n");
    Set<String> given = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach(header -> given.add(header.name()));
    if (!given.contains("Host")) {
      line(head, "Host", host());
    }
    if (!given.contains("User-Agent")) {
      line(head, "User-Agent", "crjvm");
    }
    if (!given.contains("Accept")) {
      line(head, "Accept", "*/*");
    }
    for (Header header : headers) {
      if (OF_SENDER.stream().noneMatch(header::isNamed)) {
        line(head, header.name(), header.value());
      }
    }
    if (body.length > 0 || !WITHOUT_BODY.contains(method)) {
      line(head, "Content-Length", Integer.toString(body.length));
    }
    line(head, "Connection", "close");
    return head.append("\r\n").toString();
  }

  private static void line(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private String target() {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
  }

  private String host() {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }
}
