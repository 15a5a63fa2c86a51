package crjvm.requests;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An HTTP archive ({@code .har}), in which browsers save what their network tools have recorded.
 */
final class HarFile {
  /**
   * These headers belong to the recording: its connection, its cookies (a recorded login gets new
   * ones), and what its browser had in its cache.
   */
  private static final Set<String> OF_RECORDING =
      Set.of(
          "connection",
          "content-length",
          "cookie",
          "host",
          "if-modified-since",
          "if-none-match",
          "te",
          "transfer-encoding",
          "upgrade-insecure-requests");

  private static final String CREDENTIALS = "{{$processEnv AUTHORIZATION}}";

  private final RequestList list = new RequestList();
  private final String origin;
  private boolean hasCredentials;

  private HarFile(String origin) {
    this.origin = origin;
  }

  /**
   * Reads the good requests for one server, in their order.
   *
   * @param origin that server, such as {@code https://shop.example}; null: the server of the first
   *     request
   * @throws InputException the file is not an HTTP archive
   */
  static RequestList read(Path file, String origin) throws InputException {
    JsonNode entries = Documents.read(JsonMapper.shared(), file).path("log").path("entries");
    if (!entries.isArray() || entries.isEmpty()) {
      throw new InputException(
          "\""
              + file
              + "\" is not an HTTP archive with entries; save one in a browser's network"
              + " tools");
    }
    String first = entries.path(0).path("request").path("url").asString("");
    HarFile har = new HarFile(origin == null ? origin(first) : origin(origin));
    entries.forEach(har::add);
    if (har.hasCredentials) {
      har.list.note("Authorization headers are " + CREDENTIALS + ": set that variable");
    }
    return har.list;
  }

  private void add(JsonNode entry) {
    JsonNode request = entry.path("request");
    JsonNode response = entry.path("response");
    String url = request.path("url").asString("");
    int status = response.path("status").asInt(0);
    if (!origin(url).equals(origin)) {
      list.leaveOut("to other servers than " + origin);
    } else if (status < 200 || status >= 400) {
      list.leaveOut("with status " + status);
    } else if (request.path("postData").path("params").size() > 0
        && request.path("postData").path("text").asString("").isEmpty()) {
      list.leaveOut("whose bodies are not in the recording");
    } else {
      String method = request.path("method").asString("GET").toUpperCase(Locale.ROOT);
      list.add(
          new Request(
              method,
              url.substring(origin.length()),
              headers(request.path("headers")),
              request.path("postData").path("text").asString(""),
              method.equals("POST") && setsCookie(response)));
    }
  }

  private List<Request.Header> headers(JsonNode recorded) {
    List<Request.Header> headers = new ArrayList<>();
    for (JsonNode header : recorded) {
      String name = header.path("name").asString("");
      String lower = name.toLowerCase(Locale.ROOT);
      boolean isOfBrowser = lower.startsWith(":") || lower.startsWith("sec-");
      if (lower.equals("authorization")) {
        hasCredentials = true;
        headers.add(new Request.Header(name, CREDENTIALS));
      } else if (!isOfBrowser && !OF_RECORDING.contains(lower)) {
        headers.add(new Request.Header(name, header.path("value").asString("")));
      }
    }
    return headers;
  }

  private static boolean setsCookie(JsonNode response) {
    for (JsonNode header : response.path("headers")) {
      if (header.path("name").asString("").equalsIgnoreCase("Set-Cookie")) {
        return true;
      }
    }
    return response.path("cookies").size() > 0;
  }

  /** Returns scheme, host and port as they are in the URL; empty: there is no host. */
  private static String origin(String url) {
    try {
      URI uri = new URI(url.replaceFirst("[?#].*", ""));
      return uri.getHost() == null ? "" : uri.getScheme() + "://" + uri.getRawAuthority();
    } catch (URISyntaxException e) {
      return "";
    }
  }
}
