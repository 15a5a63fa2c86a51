package crjvm.image;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of what is not whole yet, beside its place and with the process that works on it: {@code
 * .NAME.PID.partial}.
 */
public final class PartialName {
  private PartialName() {}

  /**
   * The path for this process, where nothing is. What killed processes have left is removed.
   *
   * @param place absolute
   */
  public static Path beside(Path place) throws IOException {
    String name = place.getFileName().toString();
    Path parent = place.getParent();
    Path path = parent.resolve("." + name + "." + ProcessHandle.current().pid() + ".partial");
    deleteAbandoned(parent, name);
    delete(path); // of a process that had this id before
    return path;
  }

  /** Removes what killed processes have left in a folder, whatever its place was. */
  public static void deleteAbandoned(Path folder) throws IOException {
    deleteAbandoned(folder, Pattern.compile("\\..*\\.(\\d{1,10})\\.partial"));
  }

  private static void deleteAbandoned(Path parent, String name) throws IOException {
    deleteAbandoned(
        parent, Pattern.compile(Pattern.quote("." + name + ".") + "(\\d{1,10})\\.partial"));
  }

  private static void deleteAbandoned(Path parent, Pattern pattern) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent, ".*.partial")) {
      for (Path entry : entries) {
        Matcher matcher = pattern.matcher(entry.getFileName().toString());
        if (matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
          deleteIfPossible(entry);
        }
      }
    }
  }

  private static void deleteIfPossible(Path path) {
    try {
      delete(path);
    } catch (IOException e) {
      // of another user: in nobody's way
    }
  }

  /**
   * Deletes a file or a folder with all that is in it; links are not followed. One folder at a time
   * is open, and by one descriptor: what has failed for want of descriptors is removed, too.
   */
  public static void delete(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      String[] names = path.toFile().list();
      if (names == null) {
        throw new IOException(path + " can't be listed");
      }
      for (String name : names) {
        delete(path.resolve(name));
      }
    }
    Files.deleteIfExists(path);
  }
}
