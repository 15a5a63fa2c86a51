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
 * The folder {@code .NAME.PID.partial} beside the image. It contains everything that is unfinished,
 * and is deleted with it.
 */
public final class PartialFolder {
  private static final int TRIES = 600;
  private static final int PAUSE_MS = 100;

  /** The folders that could not be deleted and are not in use again. The set is its own lock. */
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

  /** Returns the folder of CRIU's files. */
  public Path dump() {
    return path.resolve("dump");
  }

  /** Returns the file with the agent's information for the compiler. */
  public Path context() {
    return path.resolve("context.properties");
  }

  /** Returns the file that lists the files outside of the image and their state. */
  public Path outside() {
    return path.resolve("outside");
  }

  /** Returns the file with the settings that the process was configured with. */
  public Path settings() {
    return path.resolve("settings");
  }

  /** Returns the folder in which the compiler makes the image. */
  public Path image() {
    return path.resolve("image");
  }

  /** Returns the place for the image that is being replaced. */
  public Path graveyard() {
    return path.resolve("replaced");
  }

  /** Deletes the folder after a failure. With CRJVM_DEBUG=1 it is kept as evidence. */
  public void abandon() {
    if (Console.isDebug()) {
      Console.say("kept for debugging: \"" + path + "\"");
    } else {
      delete();
    }
  }

  /**
   * Deletes the folder. If that fails, for example because no descriptor is free, a thread tries
   * again for a minute.
   */
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
      // The next checkpoint removes it.
    }
  }

  /** Returns whether the folder is deleted, or need not be deleted any more. */
  private boolean isGone(boolean isLast) {
    synchronized (LEFT) {
      if (!LEFT.contains(path)) {
        return true; // A later checkpoint uses the folder.
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
