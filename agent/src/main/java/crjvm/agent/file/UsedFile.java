package crjvm.agent.file;

import crjvm.agent.hook.resource.FileUse;
import crjvm.agent.os.process.OpenFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An existing regular file and the ways in which the process has used it.
 *
 * @param path the absolute path; for a file that was written, links are resolved
 * @param use {@link FileUse} bits
 * @param open the open descriptors of the file
 * @param isShared whether a writable mapping of the file is shared
 */
record UsedFile(Path path, int use, List<OpenFile> open, boolean isShared) {
  private static final int ACCESS_MODE = 3;
  private static final int O_WRONLY = 1;
  private static final int O_RDWR = 2;
  private static final int O_APPEND = 02000;
  private static final int WRITTEN =
      FileUse.WRITE
          | FileUse.APPEND
          | FileUse.CREATE
          | FileUse.REPLACE
          | FileUse.TRUNCATE
          | FileUse.LINK;

  /** The largest size of a lock file in bytes. It contains a name or a number at most. */
  private static final int LOCK_SIZE = 64;

  private static final String RECORDING = "FLR\0";

  boolean has(int bits) {
    return (use & bits) != 0;
  }

  static boolean isWriting(OpenFile file) {
    int access = file.flags() & ACCESS_MODE;
    return access == O_WRONLY || access == O_RDWR;
  }

  boolean isOpenForWriting() {
    return open.stream().anyMatch(UsedFile::isWriting);
  }

  boolean isWritten() {
    return has(WRITTEN) || isShared || isOpenForWriting();
  }

  /** Returns whether native code has opened the file for writing, without the JDK. */
  boolean isNative() {
    return !has(WRITTEN) && isOpenForWriting();
  }

  /**
   * Returns whether the file is kept for later, because it is synced, locked, mapped or open for
   * writing.
   */
  boolean isDurable() {
    return has(FileUse.SYNC) || isShared || isOpenForWriting() || isLocked();
  }

  /**
   * Returns whether the file is only written at its end, and its content is not used by the
   * process.
   */
  boolean isLog() {
    if (has(FileUse.READ | FileUse.SYNC | FileUse.TRUNCATE | FileUse.LINK) || isShared) {
      return false;
    }
    List<OpenFile> writing = open.stream().filter(UsedFile::isWriting).toList();
    boolean appends = !has(FileUse.WRITE) && writing.stream().allMatch(UsedFile::isAppending);
    return appends || !writing.isEmpty() && writing.stream().allMatch(this::isAtEnd);
  }

  private static boolean isAppending(OpenFile file) {
    return (file.flags() & (ACCESS_MODE | O_APPEND)) == (O_WRONLY | O_APPEND);
  }

  private boolean isAtEnd(OpenFile file) {
    if ((file.flags() & ACCESS_MODE) != O_WRONLY) {
      return false;
    }
    try {
      return isAppending(file)
          || file.value("pos").filter(Long.toString(Files.size(path))::equals).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  boolean isEmpty() {
    try {
      return Files.size(path) == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns whether the process holds a kernel lock on the file, which fdinfo shows. */
  boolean isLocked() {
    return open.stream()
        .flatMap(file -> file.info().stream())
        .anyMatch(line -> line.startsWith("lock:") && line.contains(" WRITE "));
  }

  boolean isLockFile() throws IOException {
    String name = path.getFileName().toString();
    boolean isState = isShared || has(FileUse.SYNC | FileUse.TRUNCATE);
    return name.endsWith(".lck")
        || name.endsWith(".lock")
        || isLocked() && !isState && Files.size(path) <= LOCK_SIZE;
  }

  /**
   * Returns whether the file is empty, and its existence tells other processes that this one runs:
   * the process has created it without opening it, and it is deleted when the process ends.
   */
  boolean isMarker() {
    int uses = use & ~(FileUse.READ | FileUse.MISS | FileUse.DELETE);
    return uses == (FileUse.CREATE | FileUse.TEMPORARY) && open.isEmpty() && isEmpty();
  }

  /**
   * Returns whether a process proves that it holds the lock by writing to the file regularly. While
   * there is only an image, no process writes to the file. So another process may take the lock,
   * and a restored process would believe that it still holds it.
   */
  boolean isRefreshed() {
    return isOpenForWriting() && !isLocked() && !isEmpty();
  }

  /**
   * Returns whether the agent may open the file. A process that closes a file loses all its POSIX
   * locks on it.
   */
  private boolean canRead() {
    return open.isEmpty() && !isShared && Files.isReadable(path);
  }

  boolean isProcessIdFile() throws IOException {
    return Files.size(path) <= LOCK_SIZE
        && canRead()
        && Files.readString(path, StandardCharsets.ISO_8859_1)
            .strip()
            .equals(Long.toString(ProcessHandle.current().pid()));
  }

  /** Returns whether the flight recorder has written the file. Each copy writes a new one. */
  boolean isRecording() throws IOException {
    if (has(FileUse.READ) || !canRead()) {
      return false;
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] start = in.readNBytes(RECORDING.length());
      return new String(start, StandardCharsets.ISO_8859_1).equals(RECORDING);
    }
  }
}
