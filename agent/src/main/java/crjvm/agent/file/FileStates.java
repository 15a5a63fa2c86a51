package crjvm.agent.file;

import crjvm.agent.os.process.NativeEncoding;
import crjvm.image.OutsideFile;
import crjvm.image.OutsideFile.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** The present states of files. */
final class FileStates {
  private final Map<Path, Kind> kinds;

  FileStates(Map<Path, Kind> kinds) {
    this.kinds = kinds;
  }

  /**
   * Returns the states. It leaves out files that do not exist any more, because a restored process
   * would not find them either.
   */
  List<OutsideFile> all() throws IOException {
    List<OutsideFile> files = new ArrayList<>();
    for (Map.Entry<Path, Kind> each : kinds.entrySet()) {
      try {
        files.add(state(each.getKey(), each.getValue()));
      } catch (NoSuchFileException e) {
        // The file was deleted after the survey.
      }
    }
    return files;
  }

  private OutsideFile state(Path path, Kind kind) throws IOException {
    return switch (kind) {
      case READ, WRITTEN -> file(path, kind);
      case FOLDER -> folder(path);
      default -> OutsideFile.exempt(kind, path);
    };
  }

  private static OutsideFile file(Path path, Kind kind) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    Instant time = attributes.lastModifiedTime().toInstant();
    return new OutsideFile(kind, path, attributes.size(), time.getEpochSecond(), time.getNano(), 0);
  }

  /** Returns the state of a folder, computed in the same way as in the restorer's names.c. */
  private OutsideFile folder(Path folder) throws IOException {
    int count = 0;
    int sum = 0;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (!isExempt(entry)) {
          CRC32C crc = new CRC32C();
          crc.update(entry.getFileName().toString().getBytes(NativeEncoding.CHARSET));
          count++;
          sum += (int) crc.getValue();
        }
      }
    }
    return new OutsideFile(Kind.FOLDER, folder, count, 0, 0, sum);
  }

  private boolean isExempt(Path entry) {
    String name = entry.toString();
    if (isImage(entry)) {
      return true;
    }
    return kinds.entrySet().stream()
        .anyMatch(
            each ->
                switch (each.getValue()) {
                  case READ, ABSENT, WRITTEN, FOLDER -> false;
                  case LOG -> name.startsWith(each.getKey().toString());
                  default -> entry.equals(each.getKey());
                });
  }

  /** Returns whether the entry is an image of crjvm, complete or in the making. */
  private static boolean isImage(Path entry) {
    String name = entry.getFileName().toString();
    return name.startsWith(".") && name.endsWith(".partial")
        || Files.exists(entry.resolve("plan")) && Files.exists(entry.resolve("manifest"));
  }
}
