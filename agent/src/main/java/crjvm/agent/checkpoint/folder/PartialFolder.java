package crjvm.agent.checkpoint.folder;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.image.OwnFiles;
import crjvm.image.PartialName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;

/**
 * The workshop beside the image, {@code .NAME.PID.partial}: everything unfinished is in here and
 * goes with it.
 */
public final class PartialFolder {
  private static final int TRIES = 600;
  private static final int PAUSE_MS = 100;

  /** What could not be removed, and which nobody has used again. Guarded by itself. */
  private static final Set<Path> LEFT = new HashSet<>();

  private final Path path;

  private PartialFolder(Path path) {
    this.path = path;
  }

  public static PartialFolder create(Path image) throws Failure {
    try {
      Files.createDirectories(image.getParent());
      synchronized (LEFT) {
        Path path = PartialName.beside(image);
        LEFT.remove(path);
        PartialFolder folder = new PartialFolder(path);
        PartialName.createFolder(path);
        createPrivate(folder.dump());
        return folder;
      }
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

  public Path path() {
    return path;
  }

  /** CRIU's files. */
  public Path dump() {
    return path.resolve("dump");
  }

  /** The agent's knowledge for the compiler. */
  public Path context() {
    return path.resolve("context.properties");
  }

  /** Which files live on outside of the image, and how they are. */
  public Path outside() {
    return path.resolve("outside");
  }

  /** What the process was configured with. */
  public Path settings() {
    return path.resolve("settings");
  }

  /** What the compiler makes. */
  public Path image() {
    return path.resolve("image");
  }

  /** The image that is being replaced. */
  public Path graveyard() {
    return path.resolve("replaced");
  }

  /** After a failure with CRJVM_DEBUG=1 the folder is kept as evidence. */
  public void abandon() {
    if (Console.isDebug()) {
      Console.say("kept for debugging: \"" + path + "\"");
    } else {
      delete();
    }
  }

  /** What can't be removed, for want of descriptors, say, is tried again for a minute. */
  public void delete() {
    try {
      OwnFiles.delete(path);
    } catch (IOException e) {
      synchronized (LEFT) {
        LEFT.add(path);
      }
      Thread thread = new Thread(this::deleteLater, "crjvm cleaner");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void deleteLater() {
    try {
      for (int i = 1; !isGone(i == TRIES); i++) {
        Thread.sleep(PAUSE_MS);
      }
    } catch (InterruptedException e) {
      // the next checkpoint removes it
    }
  }

  /** Or nobody's business any more. */
  private boolean isGone(boolean isLast) {
    synchronized (LEFT) {
      if (!LEFT.contains(path)) {
        return true; // a later checkpoint works there
      }
      try {
        OwnFiles.delete(path);
        LEFT.remove(path);
        return true;
      } catch (IOException e) {
        if (isLast) {
          Console.say(
              "the folder \""
                  + path
                  + "\" could not be removed: "
                  + e.getMessage()
                  + "; remove it");
        }
        return isLast;
      }
    }
  }
}
