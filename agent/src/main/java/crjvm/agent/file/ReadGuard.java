package crjvm.agent.file;

import crjvm.agent.message.Console;
import crjvm.image.ImageException;
import crjvm.image.OutsideFile;
import crjvm.image.plan.PlanFile;
import crjvm.image.plan.PlanOutside;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * In a restored process: files that were only read before the checkpoint, and are about to be
 * written. What this process knows of them is of then. If they are as they were, the image takes
 * note that it is too old from now on; if not, writing them would undo what others have written.
 */
final class ReadGuard {
  /** In the image's folder; the restorer's outside.c reads it. */
  private static final String NOTES = "written";

  private static final int CHUNK = 1 << 16;

  private final Map<Path, OutsideFile> read;
  private final Path image;
  private final Set<Path> own = new HashSet<>();
  private final Set<Path> refused = new HashSet<>();

  /**
   * @param image what this process was restored from
   */
  ReadGuard(Map<Path, OutsideFile> read, Path image) {
    this.read = read;
    this.image = image;
  }

  /** Whether it may have to be asked. */
  boolean knows(Path path) {
    return read.containsKey(path);
  }

  /**
   * Before a file is opened for writing, or replaced.
   *
   * @throws IOException it is not what it was at the checkpoint
   */
  synchronized void beforeWriting(Path path) throws IOException {
    if (own.contains(path)) {
      return;
    }
    boolean isAsBefore = !refused.contains(path) && isAsBefore(read.get(path));
    if (!refused.contains(path)) {
      note(path);
    }
    if (isAsBefore) {
      own.add(path);
      return;
    }
    if (refused.add(path)) {
      Console.say(
          "the file \""
              + path
              + "\" was read before the checkpoint, has changed since, and is to be written now: that"
              + " would undo the change, and fails; start the application again");
    }
    throw new IOException(path + " (changed since the checkpoint that this process goes on from)");
  }

  private boolean isAsBefore(OutsideFile file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file.path(), BasicFileAttributes.class);
      if (now.size() != file.size()) {
        return false;
      }
      var time = now.lastModifiedTime().toInstant();
      return time.getEpochSecond() == file.seconds() && time.getNano() == file.nanos()
          || hasSameContent(file.path());
    } catch (IOException e) {
      return false;
    }
  }

  /** Where only the time differs. */
  private boolean hasSameContent(Path path) throws IOException {
    try {
      for (PlanOutside file : PlanFile.read(image.resolve(PlanFile.FILE)).outside()) {
        if (file.path().equals(path.toString()) && (file.flags() & PlanOutside.CONTENT) != 0) {
          return file.crc() == checksum(path);
        }
      }
    } catch (ImageException e) {
      Console.trace(e); // another one has taken its place
    }
    return false;
  }

  private static int checksum(Path path) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Files.newInputStream(path)) {
      for (int count; (count = in.read(chunk)) > 0; ) {
        crc.update(chunk, 0, count);
      }
    }
    return (int) crc.getValue();
  }

  /** For later starts. Where the image can't be written to, they are told of the change only. */
  private void note(Path path) {
    try {
      Files.writeString(
          image.resolve(NOTES),
          path + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      Console.trace(e);
      Console.say(
          "the file \""
              + path
              + "\", which was read before the checkpoint, is written, and the image \""
              + image
              + "\" can't take note of it ("
              + e.getMessage()
              + "); do not start it again");
    }
  }
}
