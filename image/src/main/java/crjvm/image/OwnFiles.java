package crjvm.image;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Deletes files in folders in which others may write, too. Others can replace a path, with a link
 * to a different folder for example, between two looks at it. In such folders this class therefore
 * deletes only through open folders, follows no link, and leaves the files of other users alone.
 */
public final class OwnFiles {
  private static final String UNKNOWN_UID = "-1";

  private OwnFiles() {}

  /**
   * Deletes a file, or a folder with everything in it. Nothing happens if the path does not exist.
   * In folders that belong to the caller alone this needs only one descriptor, so that a failure
   * for lack of descriptors can be cleaned up, too.
   *
   * @throws IOException if something is left, for example because it belongs to another user
   */
  public static void delete(Path path) throws IOException {
    Path folder = path.toAbsolutePath().getParent();
    if (isPrivate(folder)) {
      deletePlainly(path);
      return;
    }
    try (DirectoryStream<Path> parent = Files.newDirectoryStream(folder)) {
      delete(secure(parent), path.getFileName());
    } catch (NoSuchFileException e) {
      // It no longer exists.
    }
  }

  private static void deletePlainly(Path path) throws IOException {
    if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
      String[] names = path.toFile().list();
      if (names == null) {
        throw new IOException(path + " can't be listed");
      }
      for (String name : names) {
        deletePlainly(path.resolve(name));
      }
    }
    Files.deleteIfExists(path);
  }

  /** Returns whether a file or folder with this name belongs to the caller. */
  static boolean isOwn(SecureDirectoryStream<Path> folder, Path name) throws IOException {
    return attributes(folder, name).owner().equals(user());
  }

  static void delete(SecureDirectoryStream<Path> folder, Path name) throws IOException {
    PosixFileAttributes attributes = attributes(folder, name);
    if (!attributes.owner().equals(user())) {
      throw new IOException(
          "\"" + name + "\" belongs to another user (" + attributes.owner().getName() + ")");
    }
    if (!attributes.isDirectory()) {
      folder.deleteFile(name);
      return;
    }
    try (SecureDirectoryStream<Path> inner = folder.newDirectoryStream(name, NOFOLLOW_LINKS)) {
      for (Path each : names(inner)) {
        deleteAll(inner, each);
      }
    }
    folder.deleteDirectory(name);
  }

  /** Deletes a file or folder in a folder of the caller's, no matter who owns it. */
  private static void deleteAll(SecureDirectoryStream<Path> folder, Path name) throws IOException {
    if (attributes(folder, name).isDirectory()) {
      try (SecureDirectoryStream<Path> inner = folder.newDirectoryStream(name, NOFOLLOW_LINKS)) {
        for (Path each : names(inner)) {
          deleteAll(inner, each);
        }
      }
      folder.deleteDirectory(name);
    } else {
      folder.deleteFile(name);
    }
  }

  static List<Path> names(SecureDirectoryStream<Path> folder) {
    List<Path> names = new ArrayList<>();
    for (Path each : folder) {
      names.add(each.getFileName());
    }
    return names;
  }

  static PosixFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, PosixFileAttributeView.class, NOFOLLOW_LINKS)
        .readAttributes();
  }

  /** Returns the folder's stream as a secure one, which Linux offers for every folder. */
  static SecureDirectoryStream<Path> secure(DirectoryStream<Path> folder) {
    return (SecureDirectoryStream<Path>) folder;
  }

  /**
   * Returns whether only the caller and root can put something else into a folder, or replace a
   * folder above it. Folders above may be sticky, as /tmp is: nobody can replace other users' files
   * there.
   *
   * @param folder an absolute path
   */
  private static boolean isPrivate(Path folder) throws IOException {
    return isClosed(folder, false);
  }

  /**
   * Returns whether nobody but the caller and root can rename the caller's files in a folder. The
   * folder may be sticky, unless it belongs to another user, who may rename them nevertheless.
   *
   * @param folder an absolute path
   */
  static boolean keepsNames(Path folder) throws IOException {
    return isClosed(folder, true);
  }

  private static boolean isClosed(Path folder, boolean maybeSticky) throws IOException {
    Path real;
    try {
      real = folder.toRealPath();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return true; // it does not exist
    }
    UserPrincipal user = user();
    for (Path each = real; each != null; each = each.getParent()) {
      if (!isClosed(each, user, maybeSticky || !each.equals(real))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isClosed(Path folder, UserPrincipal user, boolean maybeSticky)
      throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, NOFOLLOW_LINKS);
    Set<PosixFilePermission> mode = attributes.permissions();
    boolean isOthers =
        mode.contains(PosixFilePermission.GROUP_WRITE)
            || mode.contains(PosixFilePermission.OTHERS_WRITE);
    boolean isRoots = Integer.valueOf(0).equals(Files.getAttribute(folder, "unix:uid"));
    return (isRoots || attributes.owner().equals(user))
        && (!isOthers || maybeSticky && isSticky(folder));
  }

  private static boolean isSticky(Path folder) throws IOException {
    return ((Integer) Files.getAttribute(folder, "unix:mode") & 01000) != 0;
  }

  /** Returns the user that this process acts as. */
  private static UserPrincipal user() throws IOException {
    String uid = UNKNOWN_UID;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Uid:")) {
        uid = line.split("\\s+")[2]; // the effective id follows the real one
      }
    }
    return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(uid);
  }
}
