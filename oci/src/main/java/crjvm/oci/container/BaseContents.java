package crjvm.oci.container;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The required files that a base has, and their digests. Layers are read in order: a later layer
 * may add, replace or remove files.
 */
final class BaseContents {
  static final String ROOT = "0:0";

  private static final String WHITEOUT = ".wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private final Map<String, RequiredFile> required = new HashMap<>();

  /** The SHA-256 of the files that the base has. */
  private final Map<String, String> found = new HashMap<>();

  private String owner = ROOT;

  private BaseContents(List<RequiredFile> files) {
    files.forEach(file -> required.put(file.path(), file));
  }

  /**
   * Reads a base.
   *
   * @param tar an archive as docker save writes it, with its layers in any order
   */
  static BaseContents scan(Path tar, List<RequiredFile> files, String shown)
      throws IOException, ImageException {
    BaseContents contents = new BaseContents(files);
    JsonNode layers = manifest(tar, shown).path(0).path("Layers");
    for (JsonNode layer : layers) {
      if (!contents.scanLayer(tar, layer.asString(""))) {
        throw noImage(shown, null);
      }
    }
    return contents;
  }

  /** Returns whether a base is an archive as docker save writes it. */
  static boolean isDockerTar(Path tar) throws IOException {
    try (TarArchiveInputStream in = open(tar)) {
      return find(in, "manifest.json");
    }
  }

  private static JsonNode manifest(Path tar, String shown) throws IOException, ImageException {
    try (TarArchiveInputStream in = open(tar)) {
      if (!find(in, "manifest.json")) {
        throw noImage(shown, null);
      }
      return new JsonMapper().readTree(in.readNBytes(16 << 20));
    } catch (JacksonException e) {
      throw noImage(shown, e);
    }
  }

  private static ImageException noImage(String shown, Exception cause) {
    return new ImageException(
        "\"" + shown + "\" can't be a base: it is no archive of a container image", cause);
  }

  private static TarArchiveInputStream open(Path tar) throws IOException {
    return new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(tar), 1 << 16));
  }

  private static boolean find(TarArchiveInputStream in, String name) throws IOException {
    for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      if (entry.getName().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private boolean scanLayer(Path tar, String name) throws IOException {
    try (TarArchiveInputStream outer = open(tar)) {
      if (!find(outer, name)) {
        return false;
      }
      BufferedInputStream content = new BufferedInputStream(outer, 1 << 16);
      content.mark(2);
      boolean isGzip = content.read() == 0x1f && content.read() == 0x8b;
      content.reset();
      InputStream plain = isGzip ? new GZIPInputStream(content, 1 << 16) : content;
      TarArchiveInputStream layer = new TarArchiveInputStream(plain);
      for (TarArchiveEntry entry = layer.getNextEntry();
          entry != null;
          entry = layer.getNextEntry()) {
        note(entry, layer);
      }
      return true;
    }
  }

  private void note(TarArchiveEntry entry, InputStream content) throws IOException {
    String path = "/" + entry.getName().replaceFirst("^(\\./|/)+", "");
    int slash = path.lastIndexOf('/');
    String folder = path.substring(0, slash + 1);
    String name = path.substring(slash + 1);
    if (name.equals(OPAQUE)) {
      found.keySet().removeIf(each -> each.startsWith(folder));
    } else if (name.startsWith(WHITEOUT)) {
      String gone = folder + name.substring(WHITEOUT.length());
      found.keySet().removeIf(each -> each.equals(gone) || each.startsWith(gone + "/"));
    } else if (required.containsKey(path)) {
      found.put(path, "");
      if (required.get(path).isOfJvm()) {
        owner = entry.getLongUserId() + ":" + entry.getLongGroupId();
      }
      if (entry.isFile() && entry.getSize() == required.get(path).size()) {
        DigestInputStream in = new DigestInputStream(content, Digest.sha256());
        in.transferTo(java.io.OutputStream.nullOutputStream());
        found.put(path, HexFormat.of().formatHex(in.getMessageDigest().digest()));
      }
    }
  }

  /** Returns UID:GID of the JVM's library. */
  String owner() {
    return owner;
  }

  /** Returns whether the base has a file as the checkpoint needs it. */
  boolean has(RequiredFile file) {
    return file.sha256().equals(found.get(file.path()));
  }
}
