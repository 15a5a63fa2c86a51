package crjvm.oci.container;

import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import crjvm.oci.layer.LayerFiles;
import crjvm.oci.layer.LayerTar;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of the application, in layers by how often they change: its class path, all other files
 * of its own that it had mapped, and additions. crjvm's own files among them belong to the
 * launcher.
 */
final class ApplicationFiles {
  private static final Set<String> CLASS_PATH = Set.of("-cp", "-classpath", "--class-path");

  /** The folders whose files belong to no application, unless they are on its class path. */
  private static final List<String> SYSTEM = List.of("/usr/", "/lib/", "/lib64/", "/bin/", "/etc/");

  /** The agent, wherever the distribution was. */
  private static final String AGENT = "/crjvm.jar";

  private static final String JAR = ".jar";
  private static final String SNAPSHOT = "-SNAPSHOT";
  private static final String ROOT = "0:0";

  /** The folders of the jars in an executable jar or war of Spring Boot. */
  private static final List<String> INNER = List.of("BOOT-INF/lib/", "WEB-INF/lib/");

  private final String javaHome;
  private final String home;
  private final Set<String> classPath = new LinkedHashSet<>();

  /** The jar with the main class, or empty if there is none. */
  private final String ownJar;

  private final LayerFiles launcher = new LayerFiles();
  private final LayerFiles libraries = new LayerFiles();
  private final LayerFiles snapshots = new LayerFiles();
  private final LayerFiles application = new LayerFiles();

  /**
   * Prepares the layers.
   *
   * @param home the distribution folder
   */
  ApplicationFiles(Manifest manifest, String javaHome, Path home)
      throws IOException, ImageException {
    this.javaHome = javaHome;
    this.home = real(home) + "/";
    Path folder = Path.of(manifest.require("working-directory"));
    List<String> words = new ArrayList<>(manifest.all("command.vm"));
    for (int i = 0; i + 1 < words.size(); i++) {
      if (CLASS_PATH.contains(words.get(i))) {
        for (String each : words.get(i + 1).split(":")) {
          addToClassPath(folder, each);
        }
      }
    }
    List<String> main = manifest.all("command.main");
    if (main.size() == 2 && main.get(0).equals("-jar")) {
      addToClassPath(folder, main.get(1));
      ownJar = real(folder.resolve(main.get(1)));
    } else {
      String name = main.isEmpty() ? "" : main.get(0).replace('.', '/') + ".class";
      ownJar = classPath.stream().filter(each -> hasEntry(each, name)).findFirst().orElse("");
    }
  }

  private void addToClassPath(Path folder, String entry) throws IOException {
    if (entry.equals("*") || entry.endsWith("/*")) {
      Path jars = folder.resolve(entry.substring(0, entry.length() - 1));
      if (Files.isDirectory(jars)) {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(jars, "*.{jar,JAR}")) {
          found.forEach(each -> classPath.add(real(each)));
        }
      }
    } else if (!entry.isEmpty()) {
      classPath.add(real(folder.resolve(entry)));
    }
  }

  /** Returns the path without symbolic links, by which the image knows its files. */
  private static String real(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException e) {
      return path.normalize().toString();
    }
  }

  private static boolean hasEntry(String jar, String name) {
    try (JarFile file = new JarFile(jar, false)) {
      return file.getEntry(name) != null;
    } catch (IOException e) {
      return false; // It is a folder, or a file that the JVM has skipped.
    }
  }

  /** Returns whether a required file belongs to the application and not to the system. */
  boolean owns(RequiredFile file) {
    String path = file.path();
    return classPath.contains(path)
        || isOfCrjvm(path)
        || !path.startsWith(javaHome + "/") && SYSTEM.stream().noneMatch(path::startsWith);
  }

  private boolean isOfCrjvm(String path) {
    return path.startsWith(home) || path.endsWith(AGENT);
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
              + " make the image again");
    }
    Instant modified = file.modified();
    Instant time = modified != null ? modified : Files.getLastModifiedTime(path).toInstant();
    add(layerOf(file.path()), path, time);
  }

  private LayerFiles layerOf(String path) {
    if (isOfCrjvm(path)) {
      return launcher;
    } else if (!path.endsWith(JAR) || path.equals(ownJar)) {
      return application;
    }
    return path.contains(SNAPSHOT) ? snapshots : libraries;
  }

  /**
   * Adds what is on the class path and was not used before the checkpoint, because it may be used
   * later.
   *
   * @param required the files that the restore compares, which the container has in any case
   */
  void addClassPath(List<RequiredFile> required) throws IOException {
    Set<String> known = required.stream().map(RequiredFile::path).collect(Collectors.toSet());
    Deque<String> left = new ArrayDeque<>(classPath);
    Set<String> seen = new LinkedHashSet<>(classPath);
    while (!left.isEmpty()) {
      Path each = Path.of(left.remove());
      if (Files.isDirectory(each)) {
        addTree(each);
      } else if (Files.isRegularFile(each)) {
        if (!known.contains(each.toString())) {
          Instant time = Files.getLastModifiedTime(each).toInstant();
          add(layerOf(each.toString()), each, time);
        }
        namedBy(each).filter(seen::add).forEach(left::add);
      }
    }
  }

  /** Returns the files that a jar's manifest puts on the class path. */
  private static Stream<String> namedBy(Path jar) {
    String entries = null;
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      java.util.jar.Manifest manifest = file.getManifest();
      if (manifest != null) {
        entries = manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      }
    } catch (IOException e) {
      return Stream.of(); // it is not a jar, and the JVM has skipped it
    }
    return Stream.of(entries == null ? new String[0] : entries.strip().split("\\s+"))
        .filter(each -> !each.isEmpty() && !each.contains(":"))
        .map(each -> real(jar.resolveSibling(each)));
  }

  /** Adds a file, or a folder with everything in it. */
  void addTree(Path top) throws IOException {
    try (Stream<Path> tree = Files.walk(top.toAbsolutePath().normalize())) {
      for (Path each : tree.sorted().toList()) {
        if (Files.isRegularFile(each)) {
          add(application, each, Files.getLastModifiedTime(each).toInstant());
        } else if (Files.isDirectory(each)) {
          application.addFolder(each.toString(), ROOT);
        }
      }
    }
  }

  /** Adds an empty folder that belongs to the user. */
  void addFolder(String path, String owner) {
    application.addFolder(path, owner);
  }

  private static void add(LayerFiles layer, Path file, Instant modified) {
    layer.add(file.toString(), file, Files.isExecutable(file) ? 0755 : 0644, modified, ROOT);
  }

  /** Adds a file of the launcher, which has no time of its own. */
  void addLauncher(String path, Path file, int mode) {
    launcher.add(path, file, mode, LayerTar.NO_TIME, ROOT);
  }

  /** Returns the jar of the application if its libraries are in it. */
  Optional<String> fatJar() throws IOException {
    if (ownJar.isEmpty() || !Files.isReadable(Path.of(ownJar))) {
      return Optional.empty();
    }
    try (JarFile file = new JarFile(ownJar, false)) {
      return file.stream()
              .anyMatch(
                  entry ->
                      entry.getName().endsWith(JAR)
                          && INNER.stream().anyMatch(entry.getName()::startsWith))
          ? Optional.of(ownJar)
          : Optional.empty();
    }
  }

  LayerFiles launcher() {
    return launcher;
  }

  LayerFiles libraries() {
    return libraries;
  }

  LayerFiles snapshots() {
    return snapshots;
  }

  LayerFiles application() {
    return application;
  }
}
