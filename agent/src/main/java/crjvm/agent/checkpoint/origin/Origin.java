package crjvm.agent.checkpoint.origin;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.command.JavaProgram;
import crjvm.agent.os.jdk.VmOptions;
import crjvm.agent.os.process.ProcessFiles;
import crjvm.agent.restore.RestoreMessage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.CharacterCodingException;
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
    String javaCommand = System.getProperty("sun.java.command", "");
    List<String> line = expanded(commandLine(), javaCommand, directory);
    ApplicationCommand command =
        ApplicationCommand.of(
            new ApplicationCommand.Source(
                program(),
                ApplicationCommand.complete(
                    ManagementFactory.getRuntimeMXBean().getInputArguments(), line),
                line,
                javaCommand,
                classPath,
                directory,
                jar));
    List<Path> files =
        ClassPathFiles.find(classPath, System.getProperty("jdk.module.path"), directory).stream()
            .filter(file -> !file.equals(jar))
            .toList();
    return new Origin(command, files, Optional.empty());
  }

  /** Returns the command line, whatever the JVM's locale is: images keep it as UTF-8 text. */
  private static List<String> commandLine() throws IOException {
    try {
      return ProcessFiles.utf8CommandLine();
    } catch (CharacterCodingException e) {
      Console.say(
          "the java command has bytes that are not UTF-8 text, so normal starts get other arguments;"
              + " write them in UTF-8, or give crjvm run a --fallback COMMAND");
      return ProcessFiles.commandLine();
    }
  }

  /** Returns the command line with the words of its argument files. */
  private static List<String> expanded(List<String> line, String javaCommand, Path directory) {
    if (ApplicationCommand.ending(line, javaCommand).isPresent()
        || line.stream().noneMatch(word -> word.startsWith("@"))) {
      return line;
    }
    try {
      List<String> words = ArgumentFiles.expand(line, directory);
      if (ApplicationCommand.ending(words, javaCommand).isPresent()) {
        return words;
      }
    } catch (IOException e) {
      Console.trace(e);
    }
    Console.say(
        "an argument file of the java command (@FILE) can't be read, or has changed, so normal"
            + " starts split the arguments at every space; give crjvm run a --fallback COMMAND if"
            + " that matters");
    return line;
  }

  /**
   * Checks that whoever compares the files of this JVM's command knows all folders with classes.
   *
   * @throws Failure a folder is named by a jar's manifest
   */
  public static void checkFolders() throws Failure {
    Optional<Path> folder =
        ClassPathFiles.folderOfManifest(
            System.getProperty("java.class.path"),
            System.getProperty("jdk.module.path"),
            Path.of("").toAbsolutePath());
    if (folder.isPresent()) {
      throw new Failure(
          "no checkpoint will be made",
          "the manifest of a jar names the folder \""
              + folder.get()
              + "\", and a start does not compare the classes in it",
          "put the folder into the class path of the command");
    }
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
