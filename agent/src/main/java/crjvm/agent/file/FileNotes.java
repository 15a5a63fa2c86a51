package crjvm.agent.file;

import crjvm.agent.hook.resource.FileUse;
import crjvm.agent.os.process.NativeEncoding;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;

/**
 * The record of the process's use of files since the agent's start, as {@link FileUse} bits by the
 * file's name. The application's threads call it whenever they open a file.
 */
final class FileNotes implements ObjIntConsumer<Object> {
  /** The largest number of names, which take some 30 MB. Further names are not recorded. */
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
      FileUse.WRITE
          | FileUse.APPEND
          | FileUse.TRUNCATE
          | FileUse.REPLACE
          | FileUse.SYNC
          | FileUse.DELETE
          | FileUse.LINK;

  /** The beginning of the names of the agent's threads. */
  private static final String OWN_THREADS = "crjvm ";

  private static final FileSystem DEFAULT = FileSystems.getDefault();

  private static final boolean IS_UTF_8 = NativeEncoding.CHARSET.equals(StandardCharsets.UTF_8);

  /** The uses by the names as the process gave them, in UTF-8. */
  private final NoteLog log = new NoteLog(MOST);

  private final Path directory = Path.of("").toAbsolutePath();
  private final TrainingNotes training = new TrainingNotes();
  private volatile boolean isTraining;
  private volatile Thread own;
  private volatile FileGuard guard;

  /**
   * @param name a file, its path as a string, or the bytes of its path in the native encoding; for
   *     a renamed file an array of its two names
   */
  @Override
  public void accept(Object name, int use) {
    if (name == null || use == FOUND) {
      return;
    }
    try {
      if (isTraining) {
        noteOfTraining(name, use);
        return;
      }
      note(name, use);
    } catch (RuntimeException | Error e) {
      return; // The memory may be full, for example. The application continues.
    }
    if (guard != null && !isOwn(Thread.currentThread())) {
      protect(name, use);
    }
  }

  private boolean isOwn(Thread thread) {
    return thread == own || thread.getName().startsWith(OWN_THREADS);
  }

  /** Notes a use. Most uses are known already, so the thread is only checked for new ones. */
  private void note(Object name, int use) {
    if (use == FileUse.RENAME) {
      if (!isOwn(Thread.currentThread())) {
        Object[] names = (Object[]) name;
        log.addRenamed(key(names[0]), key(names[1]));
      }
    } else if (use != FileUse.ASK || !isOfAnotherFileSystem(name)) {
      byte[] key = key(name);
      int hash = NoteLog.hash(key);
      int bits = bits(use);
      if (!log.has(key, hash, bits) && !isOwn(Thread.currentThread())) {
        log.add(key, hash, bits);
      }
    }
  }

  private void noteOfTraining(Object name, int use) {
    if (isOwn(Thread.currentThread())) {
      return;
    } else if (use == FileUse.RENAME) {
      for (Object each : (Object[]) name) {
        training.note(text(each), FileUse.RENAME);
      }
    } else if (use != FileUse.ASK || !isOfAnotherFileSystem(name)) {
      training.note(text(name), bits(use));
    }
  }

  private static String text(Object name) {
    return new String(key(name), StandardCharsets.UTF_8);
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
    if (use != FileUse.RENAME) {
      protectOne(name, bits(use));
      return;
    }
    Object[] names = (Object[]) name;
    protectOne(names[1], FileUse.REPLACE);
    protectOne(names[0], FileUse.DELETE);
  }

  private void protectOne(Object name, int bits) {
    FileGuard present = guard;
    if (present == null || (bits & WRITING) == 0) {
      return;
    }
    byte[] key = key(name);
    Path path = Path.of(new String(key, StandardCharsets.UTF_8)).toAbsolutePath().normalize();
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

  /** Returns the key of a file, which is the same for all kinds of objects that name it. */
  private static byte[] key(Object name) {
    if (name instanceof byte[] bytes) {
      return IS_UTF_8
          ? bytes
          : new String(bytes, NativeEncoding.CHARSET).getBytes(StandardCharsets.UTF_8);
    }
    String text = name instanceof File file ? file.getPath() : name.toString();
    return text.getBytes(StandardCharsets.UTF_8);
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

  /** Begins or ends a training, of which only {@link TrainingNotes} count. */
  void setTraining(boolean isTraining) {
    this.isTraining = isTraining;
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
    return log.isFull();
  }

  /**
   * Returns all files by their absolute names, as the process knows them. Links are not followed.
   */
  Map<Path, Integer> all() {
    Map<Path, Integer> all = new TreeMap<>();
    log.sum().forEach((name, use) -> add(all, name, use));
    training.all().forEach((name, use) -> add(all, name, use));
    return all;
  }

  private void add(Map<Path, Integer> all, String name, int use) {
    try {
      Path path = directory.resolve(name).normalize();
      all.merge(path, use, (one, other) -> one | other);
    } catch (InvalidPathException e) {
      // Such a name can't have opened a file.
    }
  }
}
