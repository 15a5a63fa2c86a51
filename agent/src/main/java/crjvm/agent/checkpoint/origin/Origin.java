package crjvm.agent.checkpoint.origin;

import crjvm.agent.os.command.JavaProgram;
import crjvm.agent.os.jdk.VmOptions;
import crjvm.agent.os.process.ProcessFiles;
import crjvm.agent.restore.RestoreMessage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The origin of this process: the start of the JVM and all later restores. The agent reads it from
 * the system once, before the first dump. In a restored process {@code /proc} describes the
 * restorer, and relative paths have another meaning.
 *
 * @param command the command for a normal start
 * @param classPath the files that the application's class loaders may open, without crjvm's own
 * @param image the id of the image of the last restore; empty: the JVM was started normally
 */
public record Origin(ApplicationCommand command, List<Path> classPath, Optional<UUID> image) {
  /**
   * Returns the origin of a process that was started normally.
   *
   * @param jar the jar of crjvm
   */
  public static Origin ofThisJvm(Path jar) throws IOException {
    Path directory = Path.of("").toAbsolutePath();
    String classPath = System.getProperty("java.class.path", "");
    ApplicationCommand command =
        ApplicationCommand.of(
            new ApplicationCommand.Source(
                program(),
                ManagementFactory.getRuntimeMXBean().getInputArguments(),
                ProcessFiles.commandLine(),
                System.getProperty("sun.java.command", ""),
                classPath,
                directory,
                jar));
    List<Path> files =
        ClassPathFiles.find(classPath, System.getProperty("jdk.module.path"), directory).stream()
            .filter(file -> !file.equals(jar))
            .toList();
    return new Origin(command, files, Optional.empty());
  }

  private static Path program() throws IOException {
    Optional<Path> java = JavaProgram.find();
    return java.isPresent() ? java.get() : ProcessFiles.executable();
  }

  /** Returns the java executable for other JVMs than the application's. */
  public Path java() {
    return JavaProgram.inHome(Path.of(System.getProperty("java.home")))
        .orElse(Path.of(command.vm().get(0)));
  }

  /**
   * Returns the origin of a process that was restored from an image of a process of this origin.
   */
  public Origin restored(RestoreMessage message) {
    ApplicationCommand current = command.withProperties(message.properties());
    if (!message.vmOptions().isEmpty()) {
      current = current.withVmOptions(commandLine(message.vmOptions()));
    }
    if (!message.keepsArguments()) {
      current = current.withArguments(message.arguments());
    }
    return new Origin(current, classPath, Optional.of(message.imageId()));
  }

  private static List<String> commandLine(List<String> options) {
    VmOptions vm = VmOptions.ofThisJvm();
    return options.stream()
        .map(option -> vm.commandLine(option.substring(0, option.indexOf('='))))
        .toList();
  }
}
