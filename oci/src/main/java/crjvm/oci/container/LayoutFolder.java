package crjvm.oci.container;

import crjvm.image.ImageException;
import crjvm.image.OwnFiles;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A folder with an OCI layout. An OCI archive contains the same files. */
final class LayoutFolder {
  /** The folder of the blobs in a layout. */
  static final String BLOBS = "blobs/sha256";

  /** The files of a layout beside its blobs. Only Docker reads the last one. */
  private static final List<String> FILES = List.of("oci-layout", "index.json", "manifest.json");

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
        "\"" + layout + "\" exists and is not an OCI layout; remove it or choose another folder");
  }

  /** Puts a complete layout in its place. An existing one is replaced. */
  static void publish(Path complete, Path layout) throws IOException, ImageException {
    check(layout);
    OwnFiles.delete(layout);
    Files.move(complete, layout, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Packs a layout. The same layout gives the same archive. */
  static void pack(Path layout, Path archive) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(
            new BufferedOutputStream(Files.newOutputStream(archive), 1 << 16),
            StandardCharsets.UTF_8.name())) {
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      for (String name : FILES) {
        pack(tar, name, layout.resolve(name));
      }
      try (Stream<Path> blobs = Files.list(layout.resolve(BLOBS))) {
        for (Path blob : blobs.sorted().toList()) {
          pack(tar, BLOBS + "/" + blob.getFileName(), blob);
        }
      }
    }
  }

  private static void pack(TarArchiveOutputStream tar, String name, Path file) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(Files.size(file));
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setMode(0644);
    entry.setLastModifiedTime(FileTime.fromMillis(0));
    tar.putArchiveEntry(entry);
    Files.copy(file, tar);
    tar.closeArchiveEntry();
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
        if (!FILES.contains(name) && !name.matches(BLOBS + "/[0-9a-f]{64}")) {
          throw new ImageException(
              "\""
                  + archive
                  + "\" can't be a base: it is neither an OCI archive nor one of docker save");
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.copy(tar, file);
      }
    }
  }
}
