package crjvm.oci.container;

import crjvm.oci.layer.StoredLayer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration of a container image: the configuration of its base, with the application's
 * settings over it.
 */
final class ImageConfig {
  /** The settings of a base that were meant for its own program, or for builds. */
  private static final List<String> NOT_INHERITED =
      List.of("Cmd", "ArgsEscaped", "OnBuild", "StopSignal", "Image", "Hostname", "Domainname");

  /** The fields in which older Dockers described the build of an image. */
  private static final List<String> OF_BUILD =
      List.of("container", "container_config", "docker_version", "id", "parent");

  private static final JsonMapper JSON = new JsonMapper();

  private final BaseImage base;
  private final String created;
  private final ObjectNode whole;
  private final ObjectNode settings;

  ImageConfig(BaseImage base, Instant created) {
    this.base = base;
    this.created = created.toString();
    whole = base.config().deepCopy();
    whole.remove(OF_BUILD);
    whole.put("created", this.created);
    settings = object(whole, "config");
    settings.remove(NOT_INHERITED);
  }

  private static ObjectNode object(ObjectNode parent, String name) {
    return parent.get(name) instanceof ObjectNode object ? object : parent.putObject(name);
  }

  private static ArrayNode array(ObjectNode parent, String name) {
    return parent.get(name) instanceof ArrayNode array ? array : parent.putArray(name);
  }

  void user(String user) {
    settings.put("User", user);
  }

  void entryPoint(List<String> words) {
    ArrayNode array = settings.putArray("Entrypoint");
    words.forEach(array::add);
  }

  void workingFolder(String folder) {
    settings.put("WorkingDir", folder);
  }

  void environment(Map<String, String> variables) {
    Map<String, String> all = new LinkedHashMap<>();
    for (JsonNode each : array(settings, "Env")) {
      String[] parts = each.asString("").split("=", 2);
      all.put(parts[0], parts.length > 1 ? parts[1] : "");
    }
    all.putAll(variables);
    ArrayNode array = settings.putArray("Env");
    all.forEach((name, value) -> array.add(name + "=" + value));
  }

  void label(String name, String value) {
    object(settings, "Labels").put(name, value);
  }

  /** Names a port on which the application listens, such as {@code 8080/tcp}. */
  void port(String port) {
    object(settings, "ExposedPorts").putObject(port);
  }

  /** Returns the text of the configuration of an image with these layers on those of the base. */
  byte[] format(List<StoredLayer> added) {
    ArrayNode diffIds = array(object(whole, "rootfs"), "diff_ids");
    ArrayNode history = array(whole, "history");
    int described = 0;
    for (JsonNode each : history) {
      described += each.path("empty_layer").asBoolean(false) ? 0 : 1;
    }
    List<StoredLayer> below = base.layers();
    below.subList(Math.min(described, below.size()), below.size()).forEach(this::describe);
    for (StoredLayer each : added) {
      diffIds.add(each.diffId());
      describe(each);
    }
    return JSON.writeValueAsString(whole).getBytes(StandardCharsets.UTF_8);
  }

  private void describe(StoredLayer layer) {
    array(whole, "history")
        .addObject()
        .put("created", created)
        .put("created_by", "crjvm")
        .put("comment", layer.name());
  }
}
