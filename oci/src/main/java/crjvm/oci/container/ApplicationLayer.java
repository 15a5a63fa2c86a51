package crjvm.oci.container;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The layer of the application: its class path, all other files of its own that it had mapped, and
 * additions.
 */
final class ApplicationLayer {
  private static final Set<String> CLASS_PATH = Set.of("-cp", "-classpath", "--class-path");

  /** The folders whose files belong to no application, unless they are on its class path. */
  private static final List<String> SYSTEM =
      List.of("/usr/", "/lib/", "/lib64/", "/bin/", "/etc/", "/opt/crjvm/");

  private final Set<String> classPath = new LinkedHashSet<>();
  private final String javaHome;
  private final FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("application");

  ApplicationLayer(Manifest manifest, String javaHome) {
    this.javaHome = javaHome;
    List<String> words = new ArrayList<>(manifest.all("command.vm"));
    for (int i = 0; i + 1 < words.size(); i++) {
      if (CLASS_PATH.contains(words.get(i))) {
        classPath.addAll(List.of(words.get(i + 1).split(":")));
      }
    }
    List<String> main = manifest.all("command.main");
    if (main.size() == 2 && main.get(0).equals("-jar")) {
      classPath.add(main.get(1));
    }
    classPath.remove("");
  }

  /** Returns whether a required file belongs to the application and not to the system. */
  boolean owns(RequiredFile file) {
    String path = file.path();
    return classPath.contains(path)
        || !path.startsWith(javaHome + "/") && SYSTEM.stream().noneMatch(path::startsWith);
  }

  /**
   * Adds a file that the restore compares. The file on this machine must be the same as at the
   * checkpoint.
   */
  void add(RequiredFile file) throws IOException, ImageException {
    Path path = Path.of(file.path());
    if (!file.isSameAs(path)) {
      throw new ImageException(
          "\""
              + file.path()
              + "\" is not here as it was at the checkpoint; build where the application is, or"
              + " make the image anew");
    }
    Instant modified = file.modified();
    add(path, modified != null ? modified : Files.getLastModifiedTime(path).toInstant());
  }

  /** Adds the folders on the class path, because their files may be loaded later. */
  void addFolders() throws IOException {
    for (String each : classPath) {
      if (Files.isDirectory(Path.of(each))) {
        addTree(Path.of(each));
      }
    }
  }

  /** Adds a file, or a folder with everything in it. */
  void addTree(Path top) throws IOException {
    try (Stream<Path> tree = Files.walk(top.toAbsolutePath().normalize())) {
      for (Path each : tree.sorted().toList()) {
        if (Files.isRegularFile(each) || Files.isDirectory(each)) {
          add(each, Files.getLastModifiedTime(each).toInstant());
        }
      }
    }
  }

  /** Adds an empty folder that belongs to the user. */
  void addFolder(String path, String owner) {
    layer.addEntry(
        new FileEntry(
            Path.of("/"),
            AbsoluteUnixPath.get(path),
            FilePermissions.fromOctalString("755"),
            FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
            owner));
  }

  private void add(Path file, Instant modified) {
    boolean isFile = Files.isRegularFile(file);
    layer.addEntry(
        new FileEntry(
            file,
            AbsoluteUnixPath.get(file.toString()),
            FilePermissions.fromOctalString(isFile && !Files.isExecutable(file) ? "644" : "755"),
            isFile ? modified : FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
            "0:0"));
  }

  FileEntriesLayer build() {
    return layer.build();
  }
}
