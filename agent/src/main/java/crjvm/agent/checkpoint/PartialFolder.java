package crjvm.agent.checkpoint;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.FileUtils;

/**
 * The workshop beside the image, {@code .NAME.PID.partial}: everything unfinished is in here and
 * goes with it.
 */
final class PartialFolder {
  private final Path path;

  private PartialFolder(Path path) {
    this.path = path;
  }

  static PartialFolder create(Path image) throws Failure {
    String name = image.getFileName().toString();
    Path parent = image.getParent();
    Path path = parent.resolve("." + name + "." + ProcessHandle.current().pid() + ".partial");
    try {
      Files.createDirectories(parent);
      deleteAbandoned(parent, name);
      FileUtils.deleteDirectory(path.toFile()); // of a process that had this id before
      PartialFolder folder = new PartialFolder(path);
      createPrivate(path);
      createPrivate(folder.dump());
      return folder;
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "the folder \"" + path + "\" could not be made (" + e.getMessage() + ")",
          "choose another image=DIR",
          e);
    }
  }

  private static void createPrivate(Path path) throws IOException {
    Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** A JVM that was killed during its checkpoint leaves its folder behind. */
  private static void deleteAbandoned(Path parent, String name) throws IOException {
    Pattern pattern = Pattern.compile(Pattern.quote("." + name + ".") + "(\\d{1,10})\\.partial");
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, ".*.partial")) {
      for (Path entry : entries) {
        Matcher matcher = pattern.matcher(entry.getFileName().toString());
        if (matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
          FileUtils.deleteQuietly(entry.toFile());
        }
      }
    }
  }

  Path path() {
    return path;
  }

  /** CRIU's files. */
  Path dump() {
    return path.resolve("dump");
  }

  /** The agent's knowledge for the compiler. */
  Path context() {
    return path.resolve("context.properties");
  }

  /** What the compiler makes. */
  Path image() {
    return path.resolve("image");
  }

  /** The image that is being replaced. */
  Path graveyard() {
    return path.resolve("replaced");
  }

  /** After a failure with CRJVM_DEBUG=1 the folder is kept as evidence. */
  void abandon() {
    if (Console.isDebug()) {
      Console.say("kept for debugging: \"" + path + "\"");
    } else {
      delete();
    }
  }

  void delete() {
    try {
      FileUtils.deleteDirectory(path.toFile());
    } catch (IOException e) {
      Console.say(
          "the folder \"" + path + "\" could not be removed: " + e.getMessage() + "; remove it");
    }
  }
}
