package crjvm.agent.checkpoint.process;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The distribution folder with the command that restores. */
public final class Launcher {
  private Launcher() {}

  /**
   * crjvm's jar, for a JVM of its own. A restored process may be elsewhere than where the agent was
   * loaded from; then there is the one of the restorer that it became of.
   *
   * @throws Failure it is nowhere
   */
  public static Path jar(Path loaded) throws Failure {
    if (Files.isReadable(loaded)) {
      return loaded;
    }
    try {
      Path libexec = ProcessFiles.executable().getParent();
      Path beside = libexec.resolveSibling("crjvm.jar");
      if (Files.isReadable(beside)) {
        return beside;
      }
    } catch (IOException e) {
      // the same line as for a missing file
    }
    throw new Failure(
        Messages.FAILED,
        "the file \"" + loaded + "\", which the agent was loaded from, is not there",
        "put it back, or run the image with the launcher of a complete distribution folder");
  }

  /** Its path when it lies beside the jar, as in the distribution. */
  public static String command(Path jar) {
    return beside(jar).map(Path::toString).orElse("crjvm");
  }

  /** Empty: the jar is not in a distribution folder. */
  static Optional<Path> beside(Path jar) {
    Path launcher = jar.resolveSibling("bin").resolve("crjvm");
    return Files.isExecutable(launcher) ? Optional.of(launcher) : Optional.empty();
  }
}
