package crjvm.it;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * A consumer project of the Maven plugin's own tests, built by the ordinary user as these are, with
 * the plugin and the distribution archive of this build.
 */
final class MavenProject {
  private static final Path ROOT = Path.of(System.getProperty("crjvm.it.root")).normalize();
  private static final Path TESTS = ROOT.resolve("maven-plugin/src/it");
  private static final String VERSION = System.getProperty("crjvm.it.version");

  /** That of the consumer project. */
  private static final String PORT = "28473";

  private final Workbench bench;

  /** Repositories, and a home for Maven's user. */
  private final Path maven;

  private final Path folder;

  MavenProject(Workbench bench, String consumer, int port) throws IOException {
    this.bench = bench;
    maven = bench.newFolder("maven");
    folder = bench.newFolder("project");
    copy(TESTS.resolve("consumers").resolve(consumer), folder);
    Path pom = folder.resolve("pom.xml");
    Files.writeString(
        pom,
        Files.readString(pom)
            .replace("@project.version@", VERSION)
            .replace(PORT, Integer.toString(port)));
    install("crjvm-parent", ROOT, List.of());
    install("crjvm-maven-plugin", ROOT.resolve("maven-plugin"), List.of("jar"));
    install("crjvm-launcher", ROOT.resolve("launcher"), List.of("tar.gz"));
  }

  Path folder() {
    return folder;
  }

  /** Where its user may write. */
  Path home() {
    return maven.resolve("home");
  }

  /** A command of the ordinary user's in the project's folder; {@code mvn} is Maven. */
  Command command(String line) {
    List<String> words = List.of(line.split(" "));
    Command command =
        new Command(bench, folder)
            .with("JAVA_HOME", Jdk.any().home().toString())
            .with("HOME", home().toString());
    if (!words.get(0).equals("mvn")) {
      return command.add(words);
    }
    // It becomes the ordinary user by itself, when it has made the repositories.
    return command
        .as(User.isRoot() ? User.ROOT : User.ORDINARY)
        .with("CRJVM_CONSUMERS", maven.toString())
        .with("CRJVM_REPOSITORY", System.getProperty("crjvm.it.repository"))
        .with("CRJVM_OFFLINE", System.getProperty("crjvm.it.offline"))
        .add(TESTS.resolve("mvn"), words.subList(1, words.size()));
  }

  private void install(String artifact, Path module, List<String> types) throws IOException {
    Path place = maven.resolve("installed/crjvm").resolve(artifact).resolve(VERSION);
    Files.createDirectories(place);
    String name = artifact + "-" + VERSION + ".";
    Files.copy(module.resolve("pom.xml"), place.resolve(name + "pom"));
    for (String type : types) {
      String built = type.equals("jar") ? name : "crjvm-" + VERSION + ".";
      Path file = module.resolve("target").resolve(built + type);
      Requirement.need(Files.exists(file), "\"" + file + "\" is not built");
      Files.copy(file, place.resolve(name + type));
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(path)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(path, to.resolve(from.relativize(path)));
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
