package crjvm.agent.checkpoint.process;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The distribution folder with the command that restores images. */
public final class Launcher {
  private Launcher() {}

  /**
   * Returns the path of crjvm's jar for another JVM. A restored process may run where the agent's
   * original jar does not exist. Then it uses the jar beside the restorer that started it.
   *
   * @throws Failure there is no jar
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
      // The failure is the same as for a missing file.
    }
    throw new Failure(
        Messages.FAILED,
        "the file \"" + loaded + "\", which the agent was loaded from, is not there",
        "put it back, or run the image with the launcher of a complete distribution folder");
  }

  /** Returns the launcher's path if it lies beside the jar, as in the distribution, or its name. */
  public static String command(Path jar) {
    return beside(jar).map(Path::toString).orElse("crjvm");
  }

  /** Returns the launcher beside the jar, or nothing if the jar is not in a distribution folder. */
  static Optional<Path> beside(Path jar) {
    Path launcher = jar.resolveSibling("bin").resolve("crjvm");
    return Files.isExecutable(launcher) ? Optional.of(launcher) : Optional.empty();
  }

  /** Returns a word as a shell needs it, so that a command in a message can be copied. */
  public static String shellWord(String word) {
    return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
