package crjvm.agent.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;

/** The command that restores. */
final class Launcher {
  private Launcher() {}

  /** Its path when it lies beside the jar, as in the distribution. */
  static String command(Path jar) {
    Path launcher = jar.resolveSibling("bin").resolve("crjvm");
    return Files.isExecutable(launcher) ? launcher.toString() : "crjvm";
  }
}
