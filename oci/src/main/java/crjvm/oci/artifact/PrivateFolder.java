package crjvm.oci.artifact;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import crjvm.image.ImageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A folder whose name others can guess and whose parent folder may be writable for everybody. It
 * must not have been created by another user.
 */
final class PrivateFolder {
  private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<?> PRIVATE = PosixFilePermissions.asFileAttribute(OWN);

  private PrivateFolder() {}

  /**
   * Creates the folder, or finds that an earlier pull has created it.
   *
   * @throws ImageException if it belongs to another user, is open to others, or is not a folder
   */
  static void create(Path folder) throws IOException, ImageException {
    try {
      Files.createDirectory(folder, PRIVATE);
    } catch (FileAlreadyExistsException e) {
      if (!isPrivate(folder)) {
        throw new ImageException(
            "\"" + folder + "\" is a folder that others can use; remove it, or pull to elsewhere");
      }
    }
  }

  private static boolean isPrivate(Path folder) throws IOException {
    return Files.isDirectory(folder, NOFOLLOW_LINKS)
        && Files.getPosixFilePermissions(folder, NOFOLLOW_LINKS).equals(OWN)
        && Files.getAttribute(folder, "unix:uid", NOFOLLOW_LINKS)
            .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }
}
