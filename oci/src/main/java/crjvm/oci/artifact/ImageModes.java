package crjvm.oci.artifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * The permissions of an image. Nobody ever writes to it, and its files are not executed.
 *
 * @param folder those of its folder
 * @param file those of each of its files
 */
record ImageModes(Set<PosixFilePermission> folder, Set<PosixFilePermission> file) {
  /** An image contains the memory of a process, so it is its owner's alone. */
  static final ImageModes OF_OWNER =
      new ImageModes(
          PosixFilePermissions.fromString("rwx------"),
          PosixFilePermissions.fromString("r--------"));

  /** Returns the permissions of an image that has the same readers as the given folder. */
  static ImageModes of(Path parent) throws IOException {
    Set<PosixFilePermission> given = Files.getPosixFilePermissions(parent);
    Set<PosixFilePermission> folder = EnumSet.copyOf(OF_OWNER.folder);
    Set<PosixFilePermission> file = EnumSet.copyOf(OF_OWNER.file);
    if (given.contains(PosixFilePermission.GROUP_READ)) {
      folder.add(PosixFilePermission.GROUP_READ);
      folder.add(PosixFilePermission.GROUP_EXECUTE);
      file.add(PosixFilePermission.GROUP_READ);
    }
    if (given.contains(PosixFilePermission.OTHERS_READ)) {
      folder.add(PosixFilePermission.OTHERS_READ);
      folder.add(PosixFilePermission.OTHERS_EXECUTE);
      file.add(PosixFilePermission.OTHERS_READ);
    }
    return new ImageModes(folder, file);
  }
}
