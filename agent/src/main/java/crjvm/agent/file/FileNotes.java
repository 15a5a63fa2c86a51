package crjvm.agent.file;

import crjvm.agent.hook.resource.FileUse;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ObjIntConsumer;

/**
 * The record of the process's use of files since the agent's start, as {@link FileUse} bits by the
 * file's name. The application's threads call it whenever they open a file.
 */
final class FileNotes implements ObjIntConsumer<Object> {
  /** The largest number of names, which take some 20 MB. Further names are not recorded. */
  static final int MOST = 1 << 17;

  private static final int ACCESS_MODE = 3;
  private static final int FOUND = FileUse.ASK | 1;
  private static final int RANDOM_RDWR = 2; // a mode of RandomAccessFile
  private static final int O_WRONLY = 1;
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0100;
  private static final int O_TRUNC = 01000;
  private static final int O_APPEND = 02000;
  private static final int O_DSYNC = 010000; // a part of O_SYNC

  private static final int WRITING =
      FileUse.WRITE | FileUse.APPEND | FileUse.TRUNCATE | FileUse.REPLACE | FileUse.SYNC;

  /** The beginning of the names of the agent's threads. */
  private static final String OWN_THREADS = "crjvm ";

  private static final FileSystem DEFAULT = FileSystems.getDefault();

  private final ConcurrentHashMap<Object, Integer> uses = new ConcurrentHashMap<>();
  private final Path directory = Path.of("").toAbsolutePath();
  private volatile boolean isPaused;
  private volatile Thread own;
  private volatile FileGuard guard;
  private volatile boolean isFull;

  @Override
  public void accept(Object name, int use) {
    if (isPaused || name == null || use == FOUND || isOwn(Thread.currentThread())) {
      return;
    }
    try {
      note(name, use);
    } catch (RuntimeException | Error e) {
      return; // The memory may be full, for example. The application continues.
    }
    if (guard != null) {
      protect(name, use);
    }
  }

  private boolean isOwn(Thread thread) {
    return thread == own || thread.getName().startsWith(OWN_THREADS);
  }

  private void note(Object name, int use) {
    if (use == FileUse.RENAME) {
      Object[] names = (Object[]) name;
      rename(key(names[0]), key(names[1]));
    } else if (use != FileUse.ASK || !isOfAnotherFileSystem(name)) {
      add(key(name), bits(use));
    }
  }

  private static int bits(int use) {
    return switch (use & FileUse.CODED) {
      case FileUse.OPEN -> ofFlags(use);
      case FileUse.OUTPUT -> FileUse.CREATE | ((use & 1) == 0 ? FileUse.WRITE : FileUse.APPEND);
      case FileUse.RANDOM ->
          (use & RANDOM_RDWR) == 0 ? FileUse.READ : FileUse.READ | FileUse.WRITE | FileUse.CREATE;
      case FileUse.ASK -> FileUse.MISS;
      default -> use;
    };
  }

  /**
   * Returns whether the path belongs to another file system. Only the question whether a file
   * exists may be about one. All other uses are reported by classes of the default file system.
   */
  private static boolean isOfAnotherFileSystem(Object name) {
    return name instanceof Path path && path.getFileSystem() != DEFAULT;
  }

  private void protect(Object name, int use) {
    boolean isRename = use == FileUse.RENAME;
    int bits = isRename ? FileUse.REPLACE : bits(use);
    FileGuard present = guard;
    if (present == null || (bits & WRITING) == 0) {
      return;
    }
    Object key = key(isRename ? ((Object[]) name)[1] : name);
    Path path = Path.of(key.toString()).toAbsolutePath().normalize();
    if (present.isConcernedWith(path, bits)) {
      try {
        present.beforeWriting(path, bits);
      } catch (IOException e) {
        throw FileNotes.<RuntimeException>asIs(e);
      }
    }
  }

  /** Throws the exception unchecked. The JDK's methods that call this one declare it. */
  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E asIs(Throwable e) throws E {
    throw (E) e;
  }

  /**
   * @param guard the guard of a restored process
   */
  void setGuard(FileGuard guard) {
    this.guard = guard;
  }

  /**
   * Returns the key of a file. The two kinds of objects that name a file have different keys until
   * the checkpoint.
   */
  private static Object key(Object name) {
    return name instanceof File file ? file.getPath() : name;
  }

  private static int ofFlags(int flags) {
    int use =
        switch (flags & ACCESS_MODE) {
          case O_WRONLY -> (flags & O_APPEND) != 0 ? FileUse.APPEND : FileUse.WRITE;
          case O_RDWR -> FileUse.READ | FileUse.WRITE;
          default -> FileUse.READ;
        };
    if ((flags & O_CREAT) != 0) {
      use |= FileUse.CREATE;
    }
    if ((flags & O_TRUNC) != 0) {
      use |= FileUse.WRITE;
    }
    return (flags & O_DSYNC) != 0 ? use | FileUse.SYNC : use;
  }

  private void add(Object key, int use) {
    boolean hasRoom = uses.mappingCount() < MOST;
    Integer known = hasRoom ? uses.putIfAbsent(key, use) : uses.get(key);
    if (known != null) {
      if ((known & use) != use) {
        uses.merge(key, use, (before, more) -> before | more);
      }
    } else if (!hasRoom) {
      isFull = true;
    }
  }

  private void rename(Object from, Object to) {
    Integer before = uses.get(from);
    add(to, (before == null ? FileUse.WRITE : before & ~FileUse.DELETE) | FileUse.REPLACE);
    add(from, FileUse.DELETE);
  }

  /** Pauses or resumes recording. */
  void setPaused(boolean isPaused) {
    this.isPaused = isPaused;
  }

  /**
   * Excludes the files that this thread uses.
   *
   * @param thread the thread, or null for none
   */
  void setOwn(Thread thread) {
    own = thread;
  }

  /** Returns whether the process has used more files than were recorded. */
  boolean isFull() {
    return isFull;
  }

  /**
   * Returns all files by their absolute names, as the process knows them. Links are not followed.
   */
  Map<Path, Integer> all() {
    Map<Path, Integer> all = new TreeMap<>();
    uses.forEach(
        (name, use) -> {
          try {
            Path path = directory.resolve(name.toString()).normalize();
            all.merge(path, use, (one, other) -> one | other);
          } catch (InvalidPathException e) {
            // Such a name can't have opened a file.
          }
        });
    return all;
  }
}
