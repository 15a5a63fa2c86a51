package crjvm.oci.container;

import crjvm.image.ImageException;
import crjvm.image.arch.Architecture;
import crjvm.oci.registry.ClientFailure;
import crjvm.oci.registry.Connection;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import land.oras.Descriptor;
import land.oras.Index;
import land.oras.exception.OrasException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The container images of several platforms under one tag. Container engines take that of their
 * machine.
 */
final class PlatformIndex {
  static final String TYPE = "application/vnd.oci.image.index.v1+json";
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String LINUX = "linux";
  private static final int MAX_CONFIG = 16 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  private final Connection connection;

  PlatformIndex(Connection connection) {
    this.connection = connection;
  }

  /**
   * Adds a container image to the tag, where it replaces that of the same platform.
   *
   * @param digest the digest of the manifest, which the registry has already
   */
  void append(Architecture machine, String digest, long size) throws IOException, ImageException {
    ObjectNode index = JSON.createObjectNode();
    index.put("schemaVersion", 2).put("mediaType", TYPE);
    ArrayNode entries = index.putArray("manifests");
    for (JsonNode each : present()) {
      JsonNode platform = each.path("platform");
      if (!text(platform, "os").equals(LINUX)
          || !text(platform, "architecture").equals(machine.containerName())) {
        entries.add(each);
      }
    }
    ObjectNode added = entries.addObject();
    added.put("mediaType", MANIFEST).put("digest", digest).put("size", size);
    added.putObject("platform").put("architecture", machine.containerName()).put("os", LINUX);
    String text = JSON.writeValueAsString(index);
    connection.call(
        () -> connection.registry().pushIndex(connection.reference(), Index.fromJson(text)));
  }

  /** Returns the container images to which the tag points. */
  private ArrayNode present() throws IOException, ImageException {
    Optional<Descriptor> found = find();
    if (found.isEmpty()) {
      return JSON.createArrayNode();
    }
    JsonNode whole = json(found.get().getJson());
    if (whole.path("manifests") instanceof ArrayNode entries) {
      for (JsonNode each : entries) {
        if (each.has("artifactType")) {
          throw somethingElse();
        }
      }
      return entries;
    }
    if (whole.has("artifactType")) {
      throw somethingElse();
    }
    return JSON.createArrayNode().add(entry(found.get(), whole.path("config")));
  }

  private Optional<Descriptor> find() throws ImageException {
    try {
      return Optional.of(connection.registry().getDescriptor(connection.reference()));
    } catch (OrasException e) {
      if (ClientFailure.isNotFound(e)) {
        return Optional.empty();
      }
      throw connection.explain(e);
    }
  }

  /** Describes the only container image of a tag. Its configuration names the platform. */
  private ObjectNode entry(Descriptor manifest, JsonNode config)
      throws IOException, ImageException {
    String digest = text(config, "digest");
    if (!digest.matches("sha256:[0-9a-f]{64}")) {
      throw somethingElse();
    }
    byte[] bytes =
        connection.call(
            () -> {
              try (InputStream in =
                  connection.registry().fetchBlob(connection.reference().withDigest(digest))) {
                return in.readNBytes(MAX_CONFIG);
              }
            });
    JsonNode described = json(new String(bytes, StandardCharsets.UTF_8));
    ObjectNode entry = JSON.createObjectNode();
    entry.put("mediaType", manifest.getMediaType());
    entry.put("digest", manifest.getDigest());
    entry.put("size", manifest.getSize());
    ObjectNode platform = entry.putObject("platform");
    platform.put("architecture", text(described, "architecture"));
    platform.put("os", text(described, "os"));
    if (described.has("variant")) {
      platform.put("variant", text(described, "variant"));
    }
    return entry;
  }

  private JsonNode json(String text) throws ImageException {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw somethingElse();
    }
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  private ImageException somethingElse() {
    return new ImageException(
        "\""
            + connection.repository().shown()
            + "\" is not a container image, to which --append could add one; choose another tag");
  }
}
