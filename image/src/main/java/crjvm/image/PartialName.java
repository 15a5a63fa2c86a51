package crjvm.image;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an unfinished file or folder, which lies beside its place and names the process that
 * works on it: {@code .NAME.PID.partial}.
 */
public final class PartialName {
  /**
   * A file in every folder of unfinished work. A user who may write to the parent folder can give
   * this name to any folder there, but can't put this file into another user's folder.
   */
  private static final Path MARK = Path.of(".crjvm-partial");

  private PartialName() {}

  /**
   * Returns the path for this process, at which nothing exists. Removes the files that killed
   * processes have left.
   *
   * @param place an absolute path
   * @throws IOException also if something there belongs to another user
   */
  public static Path beside(Path place) throws IOException {
    String name = place.getFileName().toString();
    Path parent = place.getParent();
    Path path = parent.resolve("." + name + "." + ProcessHandle.current().pid() + ".partial");
    deleteAbandoned(parent, name);
    OwnFiles.delete(path); // it belonged to an earlier process with this id
    return path;
  }

  /** Creates a folder for unfinished work that only the caller can enter. */
  public static void createFolder(Path path) throws IOException {
    Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    mark(path);
  }

  /** Marks a folder of the caller's for {@link #deleteLeft}. */
  public static void mark(Path folder) throws IOException {
    try {
      Files.createFile(folder.resolve(MARK));
    } catch (FileAlreadyExistsException e) {
      // An earlier attempt has created it.
    }
  }

  /** Removes the files that killed processes have left in a folder, for any place. */
  public static void deleteAbandoned(Path folder) throws IOException {
    deleteAbandoned(folder, Pattern.compile("\\..*\\.(\\d{1,10})\\.partial"));
  }

  private static void deleteAbandoned(Path parent, String name) throws IOException {
    deleteAbandoned(
        parent, Pattern.compile(Pattern.quote("." + name + ".") + "(\\d{1,10})\\.partial"));
  }

  private static void deleteAbandoned(Path parent, Pattern pattern) throws IOException {
    deleteLeft(
        parent,
        name -> {
          Matcher matcher = pattern.matcher(name);
          return matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty();
        });
  }

  /**
   * Removes the caller's unfinished work from a folder. Files that can't be removed do no harm.
   *
   * @param which selects by the names of the folder's entries
   */
  public static void deleteLeft(Path folder, Predicate<String> which) throws IOException {
    boolean isSafe = OwnFiles.keepsNames(folder);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      SecureDirectoryStream<Path> open = OwnFiles.secure(entries);
      for (Path name : OwnFiles.names(open)) {
        if (which.test(name.toString())) {
          deleteLeft(open, name, isSafe);
        }
      }
    }
  }

  private static void deleteLeft(SecureDirectoryStream<Path> folder, Path name, boolean isSafe) {
    try {
      if (isSafe || isMarked(folder, name)) {
        OwnFiles.delete(folder, name);
      }
    } catch (IOException e) {
      // It belongs to another user.
    }
  }

  private static boolean isMarked(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    if (!OwnFiles.attributes(folder, name).isDirectory()) {
      return true; // it is a file: whoever can rename it can delete it
    }
    try (SecureDirectoryStream<Path> inner = folder.newDirectoryStream(name, NOFOLLOW_LINKS)) {
      return OwnFiles.isOwn(inner, MARK);
    } catch (NoSuchFileException e) {
      return false;
    }
  }
}
