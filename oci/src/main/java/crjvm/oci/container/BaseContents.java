package crjvm.oci.container;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.oci.layer.LayerStore;
import crjvm.oci.layer.StoredLayer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

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

  /** Reads a base and compares each layer with the digest in its configuration. */
  static BaseContents scan(
      LayerStore store, List<StoredLayer> layers, List<RequiredFile> files, String shown)
      throws IOException, ImageException {
    BaseContents contents = new BaseContents(files);
    for (StoredLayer layer : layers) {
      try (DigestInputStream plain = new DigestInputStream(store.open(layer), Digest.sha256())) {
        contents.scanLayer(plain);
        plain.transferTo(OutputStream.nullOutputStream());
        String digest = HexFormat.of().formatHex(plain.getMessageDigest().digest());
        if (!layer.diffId().equals("sha256:" + digest)) {
          throw BaseImage.damaged(shown, null);
        }
      }
    }
    return contents;
  }

  private void scanLayer(InputStream plain) throws IOException {
    TarArchiveInputStream layer = new TarArchiveInputStream(plain);
    for (TarArchiveEntry entry = layer.getNextEntry();
        entry != null;
        entry = layer.getNextEntry()) {
      note(entry, layer);
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
        in.transferTo(OutputStream.nullOutputStream());
        found.put(path, HexFormat.of().formatHex(in.getMessageDigest().digest()));
      }
    }
  }

  /** Returns UID:GID of the JVM's library. */
  String owner() {
    return owner;
  }

  /** Returns whether the base has a file as the image needs it. */
  boolean has(RequiredFile file) {
    return file.sha256().equals(found.get(file.path()));
  }
}
