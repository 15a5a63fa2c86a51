package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.ContainerEngine;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Spring Boot project among the consumers of the Maven plugin's own tests. The ordinary user
 * builds it as those tests do, but as docs/maven-plugin.md says: with the plugin from the Maven
 * repository of a release, and with the document's lines in the POM.
 */
final class MavenProject {
  private static final Path ROOT = Path.of(System.getProperty("crjvm.it.root")).normalize();
  private static final String VERSION = System.getProperty("crjvm.it.version");

  private static final String CONSUMER = "spring-boot";

  private final Workbench bench;

  private final MavenOfUser maven;

  private final Path folder;

  MavenProject(Workbench bench, int port) throws IOException, InterruptedException {
    this.bench = bench;
    maven = new MavenOfUser(bench);
    folder = bench.newFolder("project");
    copy(MavenOfUser.TESTS.resolve("consumers").resolve(CONSUMER), folder);
    Path pom = folder.resolve("pom.xml");
    Files.writeString(pom, withRepository(withPlugins(Files.readString(pom), port)));
    Path resources = Files.createDirectories(folder.resolve("src/main/resources"));
    Files.writeString(resources.resolve("application.properties"), "server.port=" + port + "\n");
  }

  Path folder() {
    return folder;
  }

  /** Returns the folder where Maven's user may write. */
  Path home() {
    return maven.home();
  }

  /**
   * Returns a command of the ordinary user in the project's folder. {@code mvn} stands for Maven.
   */
  Command command(String line) {
    List<String> words = List.of(line.split(" "));
    if (!words.get(0).equals("mvn")) {
      return maven.command(folder).add(words);
    }
    return maven.run(folder, words.subList(1, words.size()));
  }

  /** Replaces the project's own plugins with the document's, but keeps the port. */
  private static String withPlugins(String pom, int port) throws IOException {
    String plugins = documented("plugin");
    assertThat(plugins).contains("<version>" + VERSION + "</version>", "127.0.0.1:8080/");
    String start = "    <plugins>\n";
    int end = pom.lastIndexOf("    </plugins>\n");
    return pom.substring(0, pom.lastIndexOf(start) + start.length())
        + plugins.replace("127.0.0.1:8080/", "127.0.0.1:" + port + "/")
        + pom.substring(end);
  }

  /**
   * Adds the repository of a release of this build, which is in another folder than the document's.
   */
  private String withRepository(String pom) throws IOException, InterruptedException {
    Path repository = Files.createDirectory(maven.folder().resolve("released"));
    ContainerEngine.call(
        List.of(
            ROOT.resolve("release/make-maven-repository").toString(),
            ROOT.toString(),
            VERSION,
            archive().toString()));
    ContainerEngine.call(List.of("tar", "-xzf", archive().toString(), "-C", repository.toString()));
    String place = "<url>file:///opt/crjvm-maven</url>";
    String entry = documented("pluginRepositories");
    String build = "  <build>\n";
    assertThat(entry).contains(place);
    assertThat(pom).containsOnlyOnce(build);
    return pom.replace(
        build, entry.replace(place, "<url>" + repository.toUri() + "</url>") + build);
  }

  private Path archive() {
    return maven.folder().resolve("repository.tar.gz");
  }

  /**
   * Returns the command for the goal help, without a project and without the repository's name. The
   * user has unpacked the archive into the local repository.
   */
  Command helpFromLocalRepository() throws IOException, InterruptedException {
    Path local = maven.folder().resolve("repository");
    Workbench.delete(local.resolve("io/crjvm"));
    RunningProcess unpacked =
        new Command(bench, local).add("tar", "-xzf", archive()).run("unpack-repository");
    assertThat(unpacked.awaitExit()).as(unpacked::describe).isZero();
    return command("mvn -B io.crjvm:crjvm-maven-plugin:" + VERSION + ":help").in(home());
  }

  /** Returns the first part of a POM in the document that begins with this element. */
  private static String documented(String element) throws IOException {
    String document = Files.readString(ROOT.resolve("docs/maven-plugin.md"));
    Matcher matcher =
        Pattern.compile("```xml\n(<" + element + ">\n.*?)```", Pattern.DOTALL).matcher(document);
    assertThat(matcher.find()).as(element).isTrue();
    return matcher.group(1);
  }

  /** Returns the file that Maven has downloaded for an artifact of crjvm from that repository. */
  Path downloaded(String artifact, String type) {
    return maven.downloaded(artifact, VERSION, type);
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
