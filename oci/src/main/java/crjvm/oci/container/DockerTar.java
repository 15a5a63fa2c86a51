package crjvm.oci.container;

import crjvm.image.ImageException;
import crjvm.image.manifest.Names;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes bases in the format of {@code docker save}, which jib reads. */
final class DockerTar {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int MAX_JSON = 16 << 20;
  private static final int MAX_DEPTH = 4;
  private static final String GZIP = "+gzip";

  private DockerTar() {}

  /** Creates a base of one layer. */
  static void write(Path tar, Path layer, String sha256, List<String> environment)
      throws IOException {
    Map<String, Object> config =
        Map.of(
            "architecture", "amd64",
            "os", "linux",
            "created", "1970-01-01T00:00:00Z",
            "config", Map.of("Env", environment),
            "rootfs", Map.of("type", "layers", "diff_ids", List.of("sha256:" + sha256)));
    try (TarArchiveOutputStream out = open(tar)) {
      put(out, "layer.tar", layer);
      put(out, "config.json", JSON.writeValueAsString(config).getBytes(StandardCharsets.UTF_8));
      putManifest(out, "config.json", List.of("layer.tar"));
    }
  }

  /** Creates a base from an OCI layout, for this machine's platform. */
  static void convert(Path layout, Path tar, String shown) throws IOException, ImageException {
    JsonNode manifest = find(layout, read(layout.resolve("index.json"), shown), shown, 0);
    try (TarArchiveOutputStream out = open(tar)) {
      List<String> layers = new ArrayList<>();
      for (JsonNode layer : manifest.path("layers")) {
        String type = layer.path("mediaType").asString("");
        if (!type.endsWith(GZIP) && !type.endsWith(".tar") && !type.endsWith(".gzip")) {
          throw new ImageException(
              "\""
                  + shown
                  + "\" can't be a base: it has a layer of the type "
                  + Names.quote(type)
                  + "; copy it with its layers compressed by gzip");
        }
        layers.add(putBlob(out, layout, layer, shown));
      }
      putManifest(out, putBlob(out, layout, manifest.path("config"), shown), layers);
    }
  }

  private static JsonNode find(Path layout, JsonNode index, String shown, int depth)
      throws IOException, ImageException {
    for (JsonNode each : index.path("manifests")) {
      JsonNode platform = each.path("platform");
      boolean isForHere =
          platform.isMissingNode()
              || platform.path("os").asString("").equals("linux")
                  && platform.path("architecture").asString("").equals("amd64");
      if (isForHere && depth < MAX_DEPTH) {
        JsonNode found = read(checked(layout, each, shown), shown);
        return found.has("manifests") ? find(layout, found, shown, depth + 1) : found;
      }
    }
    throw new ImageException("\"" + shown + "\" can't be a base: it has nothing for linux/amd64");
  }

  private static JsonNode read(Path file, String shown) throws IOException, ImageException {
    if (Files.size(file) > MAX_JSON) {
      throw damaged(shown, null);
    }
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw damaged(shown, e);
    }
  }

  private static String putBlob(
      TarArchiveOutputStream out, Path layout, JsonNode descriptor, String shown)
      throws IOException, ImageException {
    String name = descriptor.path("digest").asString("").replace("sha256:", "");
    put(out, name, checked(layout, descriptor, shown));
    return name;
  }

  /** Returns the file of a blob whose digest was checked. */
  private static Path checked(Path layout, JsonNode descriptor, String shown)
      throws IOException, ImageException {
    String digest = descriptor.path("digest").asString("");
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

  private static ImageException damaged(String shown, Exception cause) {
    return new ImageException(
        "\"" + shown + "\" can't be a base: it is damaged, or no container image; make it anew",
        cause);
  }

  private static TarArchiveOutputStream open(Path tar) throws IOException {
    TarArchiveOutputStream out =
        new TarArchiveOutputStream(new BufferedOutputStream(Files.newOutputStream(tar), 1 << 16));
    out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    return out;
  }

  private static void putManifest(TarArchiveOutputStream out, String config, List<String> layers)
      throws IOException {
    Map<String, Object> entry =
        Map.of("Config", config, "RepoTags", List.of("localhost/base:latest"), "Layers", layers);
    put(
        out,
        "manifest.json",
        JSON.writeValueAsString(List.of(entry)).getBytes(StandardCharsets.UTF_8));
  }

  private static void put(TarArchiveOutputStream out, String name, Path file) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(Files.size(file));
    out.putArchiveEntry(entry);
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(out);
    }
    out.closeArchiveEntry();
  }

  private static void put(TarArchiveOutputStream out, String name, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    out.putArchiveEntry(entry);
    out.write(content);
    out.closeArchiveEntry();
  }
}
