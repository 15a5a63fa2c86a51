package crjvm.agent.file;

import crjvm.agent.hook.resource.FileUse;
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
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32C;

/**
 * A guard that protects files in a restored process, whose knowledge of files is as old as the
 * checkpoint. When the process writes a file that it had read before the checkpoint, or had not
 * found, the image is marked as too old for later starts. If another process has changed the file
 * meanwhile, writing it would undo that change, and fails.
 *
 * <p>Files that did not exist before count only if they are synced, or if another file is renamed
 * to them. Logs count only if they are synced, because then they are journals.
 *
 * <p>A file that the process has read or listed, and then deletes or renames, may be work that it
 * has done. Another copy would do it again, so this marks the image, too.
 */
final class FileGuard {
  /**
   * The name extension of recordings, which the flight recorder syncs although nothing depends on
   * that.
   */
  private static final String RECORDING = ".jfr";

  private static final int CHUNK = 1 << 16;

  private static final int KEEPING = FileUse.SYNC | FileUse.REPLACE | FileUse.LINK;

  private static final Set<Kind> GUARDED = Set.of(Kind.READ, Kind.ABSENT, Kind.LOG);

  private final Map<Path, OutsideFile> known = new HashMap<>();
  private final Set<Path> exempt = new HashSet<>(); // temporary files and the like
  private final Set<Path> listed;
  private final Set<Path> ofLogs = new HashSet<>(); // the folders of logs
  private final List<Path> undated;
  private final Instant made = Instant.now();
  // A CompletableFuture would set up the common pool before main can say how large that is.
  private final CountDownLatch hasImage = new CountDownLatch(1);
  private volatile Path image;
  private final Set<Path> own = new HashSet<>();
  private final Set<Path> refused = new HashSet<>();

  /**
   * @param files all files that were found at the checkpoint
   * @param listed folders whose entries the process has read
   * @param undated mapped files whose times do not show changes
   */
  FileGuard(List<OutsideFile> files, Set<Path> listed, List<Path> undated) {
    for (OutsideFile file : files) {
      if (GUARDED.contains(file.kind())) {
        known.put(file.path(), file);
      } else {
        exempt.add(file.path());
      }
      if (file.kind() == Kind.LOG) {
        ofLogs.add(file.path().getParent());
      }
    }
    this.listed = listed;
    this.undated = undated;
  }

  /**
   * Gives mapped files another time, if their file system does not do so at each change. A later
   * start then compares their content.
   */
  void date() {
    for (Path file : undated) {
      try {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      } catch (IOException e) {
        Console.trace(e); // It is another user's, or was deleted.
      }
    }
  }

  /** Sets the path of the image. It is called just after the threads have begun to run. */
  void setImage(Path image) {
    this.image = image;
    hasImage.countDown();
    date();
  }

  /** Returns whether {@link #beforeWriting} has to be called for this use of the file. */
  boolean isConcernedWith(Path path, int use) {
    OutsideFile file = known.get(path);
    if (file == null) {
      return listed.contains(path.getParent())
          && ((use & FileUse.SYNC) != 0 && !path.toString().endsWith(RECORDING)
              || (use & FileUse.DELETE) != 0 && isOld(path));
    }
    return switch (file.kind()) {
      case READ -> true;
      case ABSENT -> (use & KEEPING) != 0;
      default -> (use & FileUse.SYNC) != 0;
    };
  }

  /** Returns whether the process may have seen the file in a list before the checkpoint. */
  private boolean isOld(Path path) {
    if (exempt.contains(path) || ofLogs.contains(path.getParent())) {
      return false;
    }
    try {
      FileTime time = (FileTime) Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
      return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
          && time.toInstant().isBefore(made);
    } catch (IOException e) {
      return false; // There is no such file.
    }
  }

  /**
   * Prepares the opening of a file for writing, its replacement, its deletion or its sync.
   *
   * @throws IOException the file has changed since the checkpoint
   */
  synchronized void beforeWriting(Path path, int use) throws IOException {
    if (own.contains(path)) {
      return;
    }
    if ((use & FileUse.DELETE) != 0) {
      own.add(path);
      note(path);
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
      return true; // This process has made the file, or has opened it to write at its end.
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

  /** Returns whether the content is the same although the time differs. */
  private boolean hasSameContent(Path path) throws IOException {
    try {
      for (PlanOutside file : PlanFile.read(image().resolve(PlanFile.FILE)).outside()) {
        if (file.path().equals(path.toString()) && (file.flags() & PlanOutside.CONTENT) != 0) {
          return file.crc() == checksum(path);
        }
      }
    } catch (ImageException e) {
      Console.trace(e); // Another image has replaced this one.
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

  /** Returns the path of the image, and waits for it. */
  private Path image() {
    boolean isInterrupted = false;
    while (image == null) {
      try {
        hasImage.await();
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    return image;
  }

  /** Marks the image for later starts. If the image can't be written, only a warning is printed. */
  private void note(Path path) {
    try {
      Files.writeString(
          image().resolve(ImageFiles.WRITTEN),
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
              + image()
              + "\" can't take note of it ("
              + e.getMessage()
              + "); do not start it again");
    }
  }
}
