package crjvm.oci.layer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a layer by their paths in the container, with the folders above them. If a path is
 * added twice, the first one counts.
 */
public final class LayerFiles {
  private static final String ROOT = "0:0";
  private static final int USUAL_FOLDER = 0755;

  private final SortedMap<String, LayerFile> files = new TreeMap<>();

  /** Adds a file. */
  public void add(String path, Path source, int mode, Instant modified, String owner) {
    put(path, new LayerFile(source, mode, modified, owner));
  }

  /** Adds an empty folder. */
  public void addFolder(String path, String owner) {
    put(path, new LayerFile(null, USUAL_FOLDER, LayerTar.NO_TIME, owner));
  }

  private void put(String path, LayerFile file) {
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String above = path.substring(0, slash);
      // A layer also sets the permissions of folders that the base has.
      int mode = above.matches("/tmp|/var/tmp") ? 01777 : USUAL_FOLDER;
      files.putIfAbsent(above, new LayerFile(null, mode, LayerTar.NO_TIME, ROOT));
    }
    files.putIfAbsent(path, file);
  }

  public boolean isEmpty() {
    return files.isEmpty();
  }

  public void writeTo(LayerTar tar) throws IOException {
    for (Map.Entry<String, LayerFile> each : files.entrySet()) {
      tar.add(each.getKey(), each.getValue());
    }
  }
}
