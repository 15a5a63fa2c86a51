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
 * Deletes files in folders where others may write, too. Between two looks at a path they can put
 * something else there, a link to a folder elsewhere for example; so there what is deleted is what
 * an open folder has, no link is followed, and what belongs to somebody else stays.
 */
public final class OwnFiles {
  private static final String UNKNOWN_UID = "-1";

  private OwnFiles() {}

  /**
   * Deletes a file, or a folder with all that is in it; where nothing is nothing happens. In
   * folders of the caller's alone one descriptor is enough, so that what has failed for want of
   * descriptors is removed, too.
   *
   * @throws IOException something is left, because it belongs to another user for example
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
      // gone already
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

  /** Whether a file or folder with this name is the caller's. */
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

  /** In a folder of the caller's, whoever owns it. */
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

  /** Linux has such a stream for every folder. */
  static SecureDirectoryStream<Path> secure(DirectoryStream<Path> folder) {
    return (SecureDirectoryStream<Path>) folder;
  }

  /**
   * Whether only the caller and root can put something else into a folder, or in the place of one
   * above it. Folders above may be sticky, as /tmp is: there nobody can replace what is not theirs.
   *
   * @param folder absolute
   */
  private static boolean isPrivate(Path folder) throws IOException {
    return isClosed(folder, false);
  }

  /**
   * Whether nobody but the caller and root can give another name to what the caller has in a
   * folder: it may be sticky, unless it is another user's, who may do so all the same.
   *
   * @param folder absolute
   */
  static boolean keepsNames(Path folder) throws IOException {
    return isClosed(folder, true);
  }

  private static boolean isClosed(Path folder, boolean maybeSticky) throws IOException {
    Path real;
    try {
      real = folder.toRealPath();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return true; // there is nothing
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

  /** The user that this process acts as. */
  private static UserPrincipal user() throws IOException {
    String uid = UNKNOWN_UID;
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Uid:")) {
        uid = line.split("\\s+")[2]; // after the real one
      }
    }
    return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(uid);
  }
}
