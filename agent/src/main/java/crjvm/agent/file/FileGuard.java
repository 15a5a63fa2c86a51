package crjvm.agent.file;

import crjvm.agent.hook.FileUse;
import crjvm.agent.message.Console;
import crjvm.image.ImageException;
import crjvm.image.OutsideFile;
import crjvm.image.OutsideFile.Kind;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.plan.PlanFile;
import crjvm.image.plan.PlanOutside;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;

/**
 * In a restored process: what it knows of files is of the checkpoint. When it writes one that it
 * has read by then, or not found, the image takes note that it is too old from now on; if somebody
 * else has changed the file meanwhile, writing it would undo that, and fails.
 *
 * <p>What nobody syncs and no other file is renamed to does not count where it was not there
 * before, and neither do logs, unless they are synced: those are journals.
 */
final class FileGuard {
  /** In the image's folder; the restorer's outside.c reads it. */

  /** The flight recorder syncs what nobody goes by. */
  private static final String RECORDING = ".jfr";

  private static final int CHUNK = 1 << 16;

  private static final int KEEPING = FileUse.SYNC | FileUse.REPLACE;

  private static final Set<Kind> GUARDED = Set.of(Kind.READ, Kind.ABSENT, Kind.LOG);

  private final Map<Path, OutsideFile> known = new HashMap<>();
  private final Set<Path> listed;
  private final CompletableFuture<Path> image = new CompletableFuture<>();
  private final Set<Path> own = new HashSet<>();
  private final Set<Path> refused = new HashSet<>();

  /**
   * @param files all that was found at the checkpoint
   * @param listed folders whose entries were asked for
   */
  FileGuard(List<OutsideFile> files, Set<Path> listed) {
    files.stream()
        .filter(file -> GUARDED.contains(file.kind()))
        .forEach(file -> known.put(file.path(), file));
    this.listed = listed;
  }

  /** Says where the image is, a moment after the threads have begun to run. */
  void setImage(Path image) {
    this.image.complete(image);
  }

  /** Whether it has to be asked. */
  boolean isConcernedWith(Path path, int use) {
    OutsideFile file = known.get(path);
    if (file == null) {
      return (use & FileUse.SYNC) != 0
          && listed.contains(path.getParent())
          && !path.toString().endsWith(RECORDING);
    }
    return switch (file.kind()) {
      case READ -> true;
      case ABSENT -> (use & KEEPING) != 0;
      default -> (use & FileUse.SYNC) != 0;
    };
  }

  /**
   * Before a file is opened for writing, replaced or synced.
   *
   * @throws IOException it is not what it was at the checkpoint
   */
  synchronized void beforeWriting(Path path, int use) throws IOException {
    if (own.contains(path)) {
      return;
    }
    boolean isAsBefore = !refused.contains(path) && isAsBefore(path, use);
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

  private boolean isAsBefore(Path path, int use) {
    OutsideFile file = known.get(path);
    if (file == null || (use & FileUse.SYNC) != 0) {
      return true; // this process has made it, or has it open for its end
    } else if (file.kind() == Kind.ABSENT) {
      return !Files.exists(path);
    }
    return isAsBefore(file);
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
      for (PlanOutside file : PlanFile.read(image.join().resolve(PlanFile.FILE)).outside()) {
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
          image.join().resolve(ImageFiles.WRITTEN),
          path + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      Console.trace(e);
      Console.say(
          "the file \""
              + path
              + "\", which was read before the checkpoint, is written, and the image \""
              + image.join()
              + "\" can't take note of it ("
              + e.getMessage()
              + "); do not start it again");
    }
  }
}
