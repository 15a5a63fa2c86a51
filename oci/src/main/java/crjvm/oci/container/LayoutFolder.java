package crjvm.oci.container;

import crjvm.image.ImageException;
import crjvm.image.OwnFiles;
import crjvm.image.PartialName;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A folder with an OCI layout, which is the same as an OCI archive, unpacked. */
final class LayoutFolder {
  private LayoutFolder() {}

  /** Refuses a place where something else exists. */
  static void check(Path layout) throws IOException, ImageException {
    if (!Files.exists(layout) || Files.isRegularFile(layout.resolve("oci-layout"))) {
      return;
    }
    if (Files.isDirectory(layout)) {
      try (Stream<Path> entries = Files.list(layout)) {
        if (entries.findAny().isEmpty()) {
          return;
        }
      }
    }
    throw new ImageException(
        "\"" + layout + "\" exists and is no OCI layout; remove it or choose another folder");
  }

  /** Unpacks an archive and puts the folder in its place. An existing layout is replaced. */
  static void publish(Path archive, Path layout) throws IOException, ImageException {
    check(layout);
    Path partial = PartialName.beside(layout);
    try {
      extract(archive, partial);
      OwnFiles.delete(layout);
      Files.move(partial, layout, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      OwnFiles.delete(partial);
    }
  }

  static void extract(Path archive, Path folder) throws IOException, ImageException {
    Files.createDirectories(folder);
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new BufferedInputStream(Files.newInputStream(archive), 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String name = entry.getName();
        if (!entry.isFile()) {
          continue; // folders come with their files
        }
        if (!name.matches("oci-layout|index\\.json|manifest\\.json|blobs/sha256/[0-9a-f]{64}")) {
          throw new ImageException(
              "\"" + archive + "\" can't be a base: it is no OCI archive, nor one of docker save");
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.copy(tar, file);
      }
    }
  }
}
