package crjvm.image.compile.memory;

import crjvm.image.CheckpointContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds native libraries that an application has unpacked for itself below a folder in which
 * everybody may create files. They are deleted when the process that has unpacked them ends, or one
 * of its copies, so the image has to contain them.
 */
final class UnpackedLibraries {
  private static final byte[] ELF = {0x7f, 'E', 'L', 'F'};

  private final CheckpointContext context;
  private final Map<Path, Boolean> known = new HashMap<>();

  UnpackedLibraries(CheckpointContext context) {
    this.context = context;
  }

  /** Returns whether a file that the process had mapped privately is such a library. */
  boolean holds(Path file) {
    return known.computeIfAbsent(file, this::isUnpacked);
  }

  private boolean isUnpacked(Path file) {
    return !file.startsWith(context.runtime().javaHome())
        && !context.runtime().classPath().contains(file)
        && isBelowPublicFolder(file)
        && isLibrary(file);
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
