package crjvm.oci.layer;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A file or folder of a layer.
 *
 * @param source the file with the content, or null for a folder
 * @param owner UID:GID
 */
record LayerFile(Path source, int mode, Instant modified, String owner) {
  boolean isFolder() {
    return source == null;
  }
}
