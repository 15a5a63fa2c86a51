package crjvm.oci.container;

import crjvm.image.ImageException;
import crjvm.image.arch.Architecture;
import crjvm.oci.layer.LayerStore;
import crjvm.oci.layer.StoredLayer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A container image that is a base. Its layers keep their bytes, so that a node has them already if
 * it has the base.
 *
 * @param config its configuration
 */
record BaseImage(List<StoredLayer> layers, ObjectNode config) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_JSON = 16 << 20;
  private static final int MAX_DEPTH = 4;

  /** The name of the base's layers in the history, for those that have none. */
  private static final String NAME = "base";

  /** Creates a base of one layer. */
  static BaseImage of(StoredLayer layer, String path, Architecture machine) {
    ObjectNode config = JSON.createObjectNode();
    config.put("architecture", machine.containerName()).put("os", "linux");
    config.putObject("config").putArray("Env").add("PATH=" + path);
    ObjectNode root = config.putObject("rootfs").put("type", "layers");
    root.putArray("diff_ids").add(layer.diffId());
    return new BaseImage(List.of(layer), config);
  }

  /** Returns whether a base is an archive as docker save writes it. */
  static boolean isDockerTar(Path tar) throws IOException {
    try (TarFile file = new TarFile(tar)) {
      return find(file, "manifest.json") != null;
    }
  }

  private static TarArchiveEntry find(TarFile tar, String name) {
    return tar.getEntries().stream()
        .filter(each -> each.isFile() && each.getName().equals(name))
        .findFirst()
        .orElse(null);
  }

  /** Reads an archive as docker save writes it, with its layers in any order. */
  static BaseImage ofDockerTar(Path tar, LayerStore store, String shown)
      throws IOException, ImageException {
    try (TarFile file = new TarFile(tar)) {
      JsonNode manifest = json(read(file, "manifest.json", shown), shown).path(0);
      ObjectNode config = object(json(read(file, text(manifest, "Config"), shown), shown), shown);
      List<String> names = new ArrayList<>();
      for (JsonNode layer : manifest.path("Layers")) {
        names.add(layer.asString(""));
      }
      List<String> diffIds = diffIds(config, names.size(), shown);
      List<StoredLayer> layers = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        try (InputStream in = file.getInputStream(entry(file, names.get(i), shown))) {
          layers.add(store.adopt(NAME, diffIds.get(i), in));
        }
      }
      return new BaseImage(layers, config);
    }
  }

  private static TarArchiveEntry entry(TarFile tar, String name, String shown)
      throws ImageException {
    TarArchiveEntry entry = find(tar, name);
    if (entry == null) {
      throw new ImageException(
          "\"" + shown + "\" can't be a base: it is not an archive of a container image");
    }
    return entry;
  }

  private static byte[] read(TarFile tar, String name, String shown)
      throws IOException, ImageException {
    try (InputStream in = tar.getInputStream(entry(tar, name, shown))) {
      return in.readNBytes(MAX_JSON);
    }
  }

  /** Checks that a base is for a kind of machine, if its configuration names one. */
  BaseImage checked(Architecture machine, String shown) throws ImageException {
    String name = machine.containerName();
    if (!config.path("architecture").asString(name).equals(name)) {
      throw nothingFor(machine, shown);
    }
    return this;
  }

  private static ImageException nothingFor(Architecture machine, String shown) {
    return new ImageException(
        "\"" + shown + "\" can't be a base: it has nothing for linux/" + machine.containerName());
  }

  /** Reads an OCI layout, for the platform of a kind of machine. */
  static BaseImage ofLayout(Path layout, LayerStore store, Architecture machine, String shown)
      throws IOException, ImageException {
    JsonNode index = json(small(layout.resolve("index.json"), shown), shown);
    JsonNode manifest = find(layout, index, machine, shown, 0);
    Path described = checked(layout, manifest.path("config"), shown);
    ObjectNode config = object(json(small(described, shown), shown), shown);
    List<String> diffIds = diffIds(config, manifest.path("layers").size(), shown);
    List<StoredLayer> layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("layers")) {
      try (InputStream in = Files.newInputStream(checked(layout, layer, shown))) {
        layers.add(store.adopt(NAME, diffIds.get(layers.size()), in));
      }
    }
    return new BaseImage(layers, config);
  }

  private static JsonNode find(
      Path layout, JsonNode index, Architecture machine, String shown, int depth)
      throws IOException, ImageException {
    for (JsonNode each : index.path("manifests")) {
      JsonNode platform = each.path("platform");
      boolean isForHere =
          platform.isMissingNode()
              || platform.path("os").asString("").equals("linux")
                  && platform.path("architecture").asString("").equals(machine.containerName());
      if (isForHere && depth < MAX_DEPTH) {
        JsonNode found = json(small(checked(layout, each, shown), shown), shown);
        return found.has("manifests") ? find(layout, found, machine, shown, depth + 1) : found;
      }
    }
    throw nothingFor(machine, shown);
  }

  private static List<String> diffIds(ObjectNode config, int count, String shown)
      throws ImageException {
    List<String> diffIds = new ArrayList<>();
    for (JsonNode each : config.path("rootfs").path("diff_ids")) {
      diffIds.add(each.asString(""));
    }
    if (diffIds.size() != count) {
      throw damaged(shown, null);
    }
    return diffIds;
  }

  private static byte[] small(Path file, String shown) throws IOException, ImageException {
    if (Files.size(file) > MAX_JSON) {
      throw damaged(shown, null);
    }
    return Files.readAllBytes(file);
  }

  private static JsonNode json(byte[] text, String shown) throws ImageException {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw damaged(shown, e);
    }
  }

  private static ObjectNode object(JsonNode node, String shown) throws ImageException {
    if (node instanceof ObjectNode object) {
      return object;
    }
    throw damaged(shown, null);
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }

  /** Returns the file of a blob whose digest was checked. */
  private static Path checked(Path layout, JsonNode descriptor, String shown)
      throws IOException, ImageException {
    String digest = text(descriptor, "digest");
    if (!digest.matches("sha256:[0-9a-f]{64}")) {
      throw damaged(shown, null);
    }
    Path file = layout.resolve("blobs/sha256").resolve(digest.substring(7));
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), crjvm.image.Digest.sha256())) {
      in.transferTo(OutputStream.nullOutputStream());
      if (!digest.equals("sha256:" + HexFormat.of().formatHex(in.getMessageDigest().digest()))) {
        throw damaged(shown, null);
      }
    }
    return file;
  }

  static ImageException damaged(String shown, Exception cause) {
    return new ImageException(
        "\""
            + shown
            + "\" can't be a base: it is damaged, or it is not a container image; build it again",
        cause);
  }
}
