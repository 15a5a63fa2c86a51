package crjvm.agent.file;

import crjvm.agent.hook.FileUse;
import crjvm.agent.os.OpenFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A regular file that is there, with what the process has done with it.
 *
 * @param path absolute; of one that was written without links in it
 * @param use {@link FileUse} bits
 * @param open the descriptors that it is open as
 * @param isShared whether what is written to a mapping of it reaches the file
 */
record UsedFile(Path path, int use, List<OpenFile> open, boolean isShared) {
  private static final int ACCESS_MODE = 3;
  private static final int O_WRONLY = 1;
  private static final int O_RDWR = 2;
  private static final int O_APPEND = 02000;
  private static final int WRITTEN =
      FileUse.WRITE | FileUse.APPEND | FileUse.CREATE | FileUse.REPLACE | FileUse.TRUNCATE;

  /** Bytes: a lock file has a name or a number in it, at most. */
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

  /** Whether native code has opened it for writing: nothing of that went through the JDK. */
  boolean isNative() {
    return !has(WRITTEN) && isOpenForWriting();
  }

  /** Whether it is kept for later: synced, locked, mapped or open for writing. */
  boolean isDurable() {
    return has(FileUse.SYNC) || isShared || isOpenForWriting() || isLocked();
  }

  /** Written from its end on, and what is in it is nothing to the process. */
  boolean isLog() {
    if (has(FileUse.READ | FileUse.SYNC | FileUse.TRUNCATE) || isShared) {
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

  /** Whether the process holds a lock of the kernel's on it, which fdinfo shows. */
  boolean isLocked() {
    return open.stream()
        .flatMap(file -> file.info().stream())
        .anyMatch(line -> line.startsWith("lock:") && line.contains(" WRITE "));
  }

  boolean isLockFile() throws IOException {
    String name = path.getFileName().toString();
    return name.endsWith(".lck")
        || name.endsWith(".lock")
        || isLocked() && !isShared && Files.size(path) <= LOCK_SIZE;
  }

  /**
   * Whether a lock file says by what is written to it again and again that its process is there.
   * Nobody writes while there is only an image, so that another process may take such a lock over
   * when a restored one believes to have it.
   */
  boolean isRefreshed() {
    return isOpenForWriting() && !isLocked() && !isEmpty();
  }

  /**
   * Whether it may be opened: whoever closes a file again gives up all POSIX locks that its process
   * has on it.
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

  /** Written by the flight recorder, and written anew by each copy. */
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
