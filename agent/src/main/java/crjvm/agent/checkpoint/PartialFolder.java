package crjvm.agent.checkpoint;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.image.PartialName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

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
    try {
      Files.createDirectories(image.getParent());
      Path path = PartialName.beside(image);
      PartialFolder folder = new PartialFolder(path);
      createPrivate(path);
      createPrivate(folder.dump());
      return folder;
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "the folder \"" + image + "\" could not be made (" + e.getMessage() + ")",
          "choose another image=DIR",
          e);
    }
  }

  private static void createPrivate(Path path) throws IOException {
    Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
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
      PartialName.delete(path);
    } catch (IOException e) {
      Console.say(
          "the folder \"" + path + "\" could not be removed: " + e.getMessage() + "; remove it");
    }
  }
}
