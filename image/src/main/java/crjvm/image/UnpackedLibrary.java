package crjvm.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;

/**
 * A native library that an application has unpacked for itself below a folder in which everybody
 * may create files. An image contains it, because the file is deleted when the process that has
 * unpacked it ends, or one of its copies.
 */
public final class UnpackedLibrary {
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  private UnpackedLibrary() {}

  /**
   * Returns whether a file is such a library.
   *
   * @param file a file that the process has mapped, and that belongs neither to the JDK nor to the
   *     class path
   */
  public static boolean is(Path file) {
    return isBelowPublicFolder(file) && isLibrary(file);
  }

  private static boolean isBelowPublicFolder(Path file) {
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      try {
        if (Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS)
            .contains(PosixFilePermission.OTHERS_WRITE)) {
          return true;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return false;
  }

  private static boolean isLibrary(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(ELF.length), ELF);
    } catch (IOException e) {
      return false; // the compiler reports this when it needs the file
    }
  }
}
