package crjvm.agent.warmup;

import crjvm.agent.options.HttpAddress;
import crjvm.agent.warmup.http.HttpAnswer;
import crjvm.agent.warmup.http.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request of a {@link RequestFile}. Its texts may have values in double braces.
 *
 * @param name the name by which later requests use its answer
 */
record FileRequest(
    Conversation conversation,
    Optional<String> name,
    String method,
    String url,
    List<HttpRequest.Header> headers,
    Body body)
    implements WarmUpRequest {
  /**
   * A body.
   *
   * @param hasValues whether it is a text that may have values in double braces
   */
  record Body(byte[] bytes, boolean hasValues) {
    static final Body NONE = new Body(new byte[0], false);
  }

  @Override
  public HttpRequest toSend() throws IOException {
    List<HttpRequest.Header> filled = new ArrayList<>();
    for (HttpRequest.Header header : headers) {
      filled.add(new HttpRequest.Header(header.name(), conversation.fill(header.value())));
    }
    URI target = target(filled);
    if (filled.stream().noneMatch(header -> header.name().equalsIgnoreCase("Cookie"))) {
      filled.addAll(conversation.cookies(target));
    }
    return new HttpRequest(method, target, filled, filledBody(), name.isPresent());
  }

  private byte[] filledBody() throws IOException {
    if (!body.hasValues()) {
      return body.bytes();
    }
    String text = new String(body.bytes(), StandardCharsets.UTF_8);
    return conversation.fill(text).getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the address, whose host may be in a header instead. */
  private URI target(List<HttpRequest.Header> filled) throws IOException {
    String text = conversation.fill(url);
    if (text.startsWith("/")) {
      for (HttpRequest.Header header : filled) {
        if (header.name().equalsIgnoreCase("Host")) {
          text = "http://" + header.value() + text;
        }
      }
    }
    Optional<URI> target = HttpAddress.parse(text);
    if (target.isEmpty()) {
      throw new IOException(
          "\""
              + HttpAddress.withoutUser(text)
              + "\" is not an address such as http://localhost:8080/path");
    }
    if (HttpAddress.hasUser(target.get())) {
      throw new IOException(
          "a user's name or password in front of the host is not sent; write an Authorization header");
    }
    return target.get();
  }

  /**
   * Takes the answer. A redirection counts as a good answer, because it is the usual answer to a
   * login. It is not followed.
   */
  @Override
  public boolean take(HttpRequest sent, HttpAnswer answer) throws IOException {
    conversation.note(name, sent.url(), answer);
    return answer.status() >= 200 && answer.status() < 400;
  }

  /** Returns the address as it is in the file, without a password in front of its host. */
  @Override
  public String address() {
    return HttpAddress.withoutUser(url);
  }
}
