package crjvm.agent.checkpoint.origin;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * The files that class loaders may open after a restore: the class path, the module path, and the
 * files that their manifests refer to.
 */
final class ClassPathFiles {
  private ClassPathFiles() {}

  /** Returns existing files and folders by their absolute paths. */
  static List<Path> find(String classPath, String modulePath, Path directory) {
    Set<Path> found = new LinkedHashSet<>();
    Deque<Path> left = new ArrayDeque<>(entries(classPath, modulePath, directory));
    while (!left.isEmpty()) {
      Path path = left.poll();
      if (Files.exists(path) && found.add(path) && Files.isRegularFile(path)) {
        left.addAll(references(path));
      }
    }
    return List.copyOf(found);
  }

  /** Returns a folder that only the manifest of a jar names. */
  static Optional<Path> folderOfManifest(String classPath, String modulePath, Path directory) {
    Set<Path> named = new HashSet<>(entries(classPath, modulePath, directory));
    return find(classPath, modulePath, directory).stream()
        .filter(path -> Files.isDirectory(path) && !named.contains(path))
        .findFirst();
  }

  private static List<Path> entries(String classPath, String modulePath, Path directory) {
    return Stream.of(classPath, modulePath)
        .filter(Objects::nonNull)
        .flatMap(path -> Stream.of(path.split(File.pathSeparator, -1)))
        .filter(entry -> !entry.isEmpty())
        .map(entry -> directory.resolve(entry).normalize())
        .toList();
  }

  private static List<Path> references(Path jar) {
    List<Path> paths = new ArrayList<>();
    try (JarFile file = new JarFile(jar.toFile())) {
      Manifest manifest = file.getManifest();
      String references =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      if (references != null) {
        for (String reference : references.strip().split(" +", -1)) {
          URI uri = jar.toUri().resolve(reference);
          if ("file".equals(uri.getScheme())) {
            paths.add(Path.of(uri).normalize());
          }
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      // The file is not a jar, or a reference is not a valid address. The class loader ignores both
      // as well.
    }
    return paths;
  }
}
