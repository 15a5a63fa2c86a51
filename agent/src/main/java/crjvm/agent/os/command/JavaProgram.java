package crjvm.agent.os.command;

import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The program that accepts java's command line and starts a JVM of this runtime. Usually it is the
 * program that this process runs. Other programs, such as those of jpackage or {@code javac}, have
 * their own command line. In this case it is the runtime's {@code java}, which not every runtime
 * has.
 */
public final class JavaProgram {
  private static final String NAME = "java";

  private JavaProgram() {}

  /** Returns the program. It works only in a process that was started normally. */
  public static Optional<Path> find() throws IOException {
    return find(
        ProcessFiles.executable(),
        ProcessFiles.commandLine(),
        System.getProperty("sun.java.command", ""),
        Path.of(System.getProperty("java.home")));
  }

  static Optional<Path> find(
      Path executable, List<String> commandLine, String javaCommand, Path home) {
    if (executable.endsWith(NAME) || hasMain(commandLine, javaCommand)) {
      return Optional.of(executable);
    }
    return inHome(home);
  }

  /** Returns the java program of a runtime. */
  public static Optional<Path> inHome(Path home) {
    Path java = home.resolve("bin").resolve(NAME);
    return Files.isExecutable(java) ? Optional.of(java) : Optional.empty();
  }

  /**
   * Returns whether the command line ends with the main class, jar or module and the application's
   * arguments.
   */
  private static boolean hasMain(List<String> commandLine, String javaCommand) {
    for (int i = 1; i < commandLine.size(); i++) {
      if (String.join(" ", commandLine.subList(i, commandLine.size())).equals(javaCommand)) {
        return true;
      }
    }
    return false;
  }
}
