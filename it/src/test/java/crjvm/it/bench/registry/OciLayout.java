package crjvm.it.bench.registry;

import crjvm.it.bench.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A folder with the OCI layout of one image, as the specification defines it. */
public record OciLayout(Path folder) {
  /** Returns the digests of the layers, from the base up. */
  public List<String> layers() throws IOException {
    return Json.list(manifest().get("layers")).stream()
        .map(layer -> (String) Json.map(layer).get("digest"))
        .toList();
  }

  /** Returns the media types of the layers. */
  public List<String> types() throws IOException {
    return Json.list(manifest().get("layers")).stream()
        .map(layer -> (String) Json.map(layer).get("mediaType"))
        .toList();
  }

  /** Returns the number of bytes of the layers that another image does not have. */
  public long sizeBeside(OciLayout other) throws IOException {
    List<String> had = other.layers();
    return Json.list(manifest().get("layers")).stream()
        .map(Json::map)
        .filter(layer -> !had.contains((String) layer.get("digest")))
        .mapToLong(layer -> ((Number) layer.get("size")).longValue())
        .sum();
  }

  /** Returns the image's own digest. */
  public String digest() throws IOException {
    Map<String, Object> index =
        Json.map(Json.parse(Files.readString(folder.resolve("index.json"))));
    return (String) Json.map(Json.list(index.get("manifests")).get(0)).get("digest");
  }

  /** Returns the configuration that container engines read. */
  public Map<String, Object> config() throws IOException {
    return Json.map(wholeConfig().get("config"));
  }

  /** Returns the kind of machine that the image is for, with its name in container images. */
  public String architecture() throws IOException {
    return (String) wholeConfig().get("architecture");
  }

  private Map<String, Object> wholeConfig() throws IOException {
    return read((String) Json.map(manifest().get("config")).get("digest"));
  }

  private Map<String, Object> manifest() throws IOException {
    return read(digest());
  }

  private Map<String, Object> read(String digest) throws IOException {
    return Json.map(Json.parse(Files.readString(blob(digest))));
  }

  /** Returns the file with this digest. */
  public Path blob(String digest) {
    String[] parts = digest.split(":");
    return folder.resolve("blobs").resolve(parts[0]).resolve(parts[1]);
  }
}
