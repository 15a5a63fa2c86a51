package crjvm.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import org.apache.maven.plugin.MojoExecutionException;

/**
 * The folder of the application's jars while the image is made. An image contains these paths, so
 * they should be those of the machines that run it. The jar of the next build must not replace a
 * file that running copies use.
 */
final class ApplicationFolder {
  private final Path folder;
  private final Set<String> names = new HashSet<>();

  ApplicationFolder(Path folder) {
    this.folder = folder;
  }

  /** Copies the jar, and the files with relative paths in its manifest's class path. */
  Path addJar(Path jar) throws IOException {
    for (String each : relativeClassPath(jar)) {
      Path source = jar.resolveSibling(each);
      if (Files.isRegularFile(source)) {
        copy(source, folder.resolve(each));
      }
    }
    return copy(jar, folder.resolve(jar.getFileName()));
  }

  /** Copies jars to a folder beside it. A number distinguishes those with the same name. */
  List<Path> addLibraries(List<Path> jars) throws IOException, MojoExecutionException {
    List<Path> copies = new ArrayList<>();
    for (Path jar : jars) {
      if (Files.isDirectory(jar)) {
        throw new MojoExecutionException(
            "the dependency \""
                + jar
                + "\" is a folder of classes, not a jar; build its module in the same run, up to package");
      }
      String name = jar.getFileName().toString();
      for (int i = 2; !names.add(name); i++) {
        name = i + "-" + jar.getFileName();
      }
      copies.add(copy(jar, folder.resolve("lib").resolve(name)));
    }
    return copies;
  }

  /** Creates a new file with the old name, because processes may have mapped the old file. */
  private static Path copy(Path source, Path target) throws IOException {
    Files.createDirectories(target.getParent());
    if (!Files.exists(target) || !Files.isSameFile(source, target)) {
      Files.copy(
          source, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }
    return target;
  }

  private static List<String> relativeClassPath(Path jar) throws IOException {
    String classPath = mainAttributes(jar).getValue(Attributes.Name.CLASS_PATH);
    if (classPath == null) {
      return List.of();
    }
    List<String> relative = new ArrayList<>();
    for (String each : classPath.strip().split("\\s+")) {
      if (!each.isEmpty()
          && !each.startsWith("/")
          && !each.contains(":")
          && !Path.of(each).normalize().startsWith("..")) {
        relative.add(each);
      }
    }
    return relative;
  }

  /**
   * Checks that the jar names its main class.
   *
   * @throws MojoExecutionException if {@code java -jar} would not know what to start
   */
  static void needMainClass(Path jar) throws IOException, MojoExecutionException {
    if (mainAttributes(jar).getValue(Attributes.Name.MAIN_CLASS) == null) {
      throw new MojoExecutionException(
          "the manifest of \""
              + jar
              + "\" names no main class; set mainClass, or put this plugin after the one that"
              + " makes the jar executable");
    }
  }

  private static Attributes mainAttributes(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile(), false)) {
      Manifest manifest = file.getManifest();
      return manifest == null ? new Attributes() : manifest.getMainAttributes();
    }
  }
}
