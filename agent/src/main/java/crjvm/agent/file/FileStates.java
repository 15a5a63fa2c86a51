package crjvm.agent.file;

import crjvm.agent.os.process.NativeEncoding;
import crjvm.image.OutsideFile;
import crjvm.image.OutsideFile.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** The present states of files. */
final class FileStates {
  /** The part of st_mode that chmod(2) can set. */
  private static final int PERMISSIONS = 07777;

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
      case READ, WRITTEN, TEMPORARY -> file(path, kind);
      case FOLDER -> folder(path);
      case MADE_FOLDER, TEMPORARY_FOLDER -> madeFolder(path, kind);
      default -> OutsideFile.exempt(kind, path);
    };
  }

  private static OutsideFile file(Path path, Kind kind) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    Instant time = attributes.lastModifiedTime().toInstant();
    int mode = kind == Kind.TEMPORARY ? mode(path) : 0;
    return new OutsideFile(
        kind, path, attributes.size(), time.getEpochSecond(), time.getNano(), 0, mode);
  }

  private static int mode(Path path) throws IOException {
    return (int) Files.getAttribute(path, "unix:mode") & PERMISSIONS;
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
    return new OutsideFile(Kind.FOLDER, folder, count, 0, 0, sum, 0);
  }

  private static OutsideFile madeFolder(Path folder, Kind kind) throws IOException {
    return new OutsideFile(kind, folder, hasFile(folder) ? 1 : 0, 0, 0, 0, mode(folder));
  }

  /** Returns whether there is a file in the folder or below it, or may be one. */
  private static boolean hasFile(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.anyMatch(each -> !Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException | UncheckedIOException e) {
      return true;
    }
  }

  private boolean isExempt(Path entry) {
    String name = entry.toString();
    if (isImage(entry)) {
      return true;
    }
    return kinds.entrySet().stream()
        .filter(each -> each.getValue().isExempt())
        .anyMatch(
            each ->
                each.getValue() == Kind.LOG
                    ? name.startsWith(each.getKey().toString())
                    : entry.equals(each.getKey()));
  }

  /** Returns whether the entry is an image of crjvm, complete or in the making. */
  private static boolean isImage(Path entry) {
    String name = entry.getFileName().toString();
    return name.startsWith(".") && name.endsWith(".partial")
        || Files.exists(entry.resolve("plan")) && Files.exists(entry.resolve("manifest"));
  }
}
