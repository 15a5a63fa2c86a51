package crjvm.requests;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A description of an interface by OpenAPI 3 or Swagger 2, in YAML or JSON. Its GET operations
 * become requests, with the examples, defaults or enumerations that it has for their parameters.
 */
final class OpenApiDocument {
  private static final List<String> WITH_EFFECTS = List.of("post", "put", "patch", "delete");
  private static final int MOST_REFERENCES = 20;

  private final RequestList list = new RequestList();
  private final JsonNode root;

  private OpenApiDocument(JsonNode root) {
    this.root = root;
  }

  /**
   * Reads the operations in their order.
   *
   * @throws InputException the file is not a document of OpenAPI or Swagger
   */
  static RequestList read(Path file) throws InputException {
    JsonNode root = Documents.read(new YAMLMapper(), file); // JSON is YAML, too
    if (!root.path("paths").isObject()) {
      throw new InputException(
          "\"" + file + "\" has no \"paths\"; give a document of OpenAPI 3 or Swagger 2");
    }
    OpenApiDocument document = new OpenApiDocument(root);
    for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
      document.addPath(path.getKey(), document.resolve(path.getValue()));
    }
    return document.list;
  }

  private void addPath(String path, JsonNode item) {
    for (String method : WITH_EFFECTS) {
      if (item.has(method)) {
        list.leaveOut(method.toUpperCase(Locale.ROOT) + " operations, which have effects");
      }
    }
    if (item.has("get")) {
      addGet(path, item, item.path("get"));
    }
  }

  private void addGet(String path, JsonNode item, JsonNode operation) {
    if (needsCredentials(operation)) {
      list.note("GET " + path + " needs credentials: add a login to the file");
    }
    List<JsonNode> parameters = new ArrayList<>();
    item.path("parameters").forEach(each -> parameters.add(resolve(each)));
    operation.path("parameters").forEach(each -> parameters.add(resolve(each)));
    String address = basePath() + path;
    List<String> query = new ArrayList<>();
    List<Request.Header> headers = new ArrayList<>();
    for (JsonNode parameter : parameters) {
      String place = parameter.path("in").asString("");
      boolean isNeeded = place.equals("path") || parameter.path("required").asBoolean(false);
      if (!isNeeded) {
        continue;
      }
      String name = parameter.path("name").asString("");
      Optional<String> value = value(parameter);
      if (value.isEmpty()) {
        list.note("left out: GET " + path + ", which has no example for \"" + name + "\"");
        return;
      }
      switch (place) {
        case "path" -> address = address.replace("{" + name + "}", encode(value.get()));
        case "query" -> query.add(encode(name) + "=" + encode(value.get()));
        case "header" -> headers.add(new Request.Header(name, value.get()));
        default -> {
          // The document's example of a cookie is not used, because a login sets the cookies.
        }
      }
    }
    if (!query.isEmpty()) {
      address += "?" + String.join("&", query);
    }
    list.add(new Request("GET", address, headers, "", false));
  }

  private boolean needsCredentials(JsonNode operation) {
    JsonNode own = operation.path("security");
    JsonNode security = own.isMissingNode() ? root.path("security") : own;
    for (JsonNode choice : security) {
      if (choice.isEmpty()) {
        return false;
      }
    }
    return security.size() > 0;
  }

  /** Returns the first value that the document has for a parameter. */
  private Optional<String> value(JsonNode parameter) {
    JsonNode schema = resolve(parameter.path("schema"));
    List<JsonNode> candidates = new ArrayList<>();
    candidates.add(parameter.path("example"));
    parameter.path("examples").forEach(each -> candidates.add(resolve(each).path("value")));
    for (JsonNode holder : List.of(schema, parameter)) {
      candidates.add(holder.path("example"));
      candidates.add(holder.path("examples").path(0));
      candidates.add(holder.path("default"));
      candidates.add(holder.path("enum").path(0));
    }
    return candidates.stream()
        .filter(JsonNode::isValueNode)
        .filter(each -> !each.isNull())
        .map(JsonNode::asString)
        .findFirst();
  }

  /** Returns the path of the first server, or of Swagger's {@code basePath}. */
  private String basePath() {
    String path = root.path("basePath").asString("");
    String server = root.path("servers").path(0).path("url").asString("");
    if (!server.isEmpty() && !server.contains("{")) {
      path = URI.create(server).getRawPath();
    }
    return path == null ? "" : path.replaceFirst("/+$", "");
  }

  /** Follows references to other parts of the document. */
  private JsonNode resolve(JsonNode node) {
    JsonNode resolved = node;
    for (int i = 0; i < MOST_REFERENCES && resolved.has("$ref"); i++) {
      String reference = resolved.path("$ref").asString("");
      if (!reference.startsWith("#/")) {
        list.note("\"" + reference + "\" is in another file, which is not read");
        return MissingNode.getInstance();
      }
      resolved = root.at(reference.substring(1));
    }
    return resolved;
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
