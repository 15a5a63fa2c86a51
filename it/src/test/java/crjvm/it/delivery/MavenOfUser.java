package crjvm.it.delivery;

import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Maven as the ordinary user runs it, with a local repository of its own. That of the builder is
 * behind it, without anything of crjvm.
 */
final class MavenOfUser {
  static final Path TESTS = Workbench.source("../maven-plugin/src/it");

  private final Workbench bench;
  private final Path folder;

  MavenOfUser(Workbench bench) throws IOException {
    this.bench = bench;
    folder = bench.newFolder("maven");
    Files.createDirectory(folder.resolve("installed"));
  }

  /** Returns the folder with the repositories and a home for Maven's user. */
  Path folder() {
    return folder;
  }

  /** Returns the folder where Maven's user may write. */
  Path home() {
    return folder.resolve("home");
  }

  /** Returns the file that Maven has downloaded for an artifact of crjvm. */
  Path downloaded(String artifact, String version, String ending) {
    return folder.resolve(
        "repository/io/crjvm/"
            + artifact
            + "/"
            + version
            + "/"
            + artifact
            + "-"
            + version
            + ending);
  }

  /** Returns a command of that user in this folder, with Maven's JDK and home. */
  Command command(Path project) {
    return new Command(bench, project)
        .with("JAVA_HOME", Jdk.any().home().toString())
        .with("HOME", home().toString());
  }

  /**
   * Returns a command that runs Maven. A script makes the repositories, and becomes the ordinary
   * user after that.
   */
  Command run(Path project, List<String> words) {
    return command(project)
        .as(User.isRoot() ? User.ROOT : User.ORDINARY)
        .with("CRJVM_CONSUMERS", folder.toString())
        .with("CRJVM_REPOSITORY", System.getProperty("crjvm.it.repository"))
        .with("CRJVM_OFFLINE", System.getProperty("crjvm.it.offline"))
        .add(TESTS.resolve("mvn"), words);
  }
}
