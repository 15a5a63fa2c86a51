package crjvm.image.compile.thread;

import crjvm.image.compile.memory.MemoryFile;
import crjvm.image.compile.memory.Words;
import crjvm.image.plan.PlanTid;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds locks of the C library that a thread holds, in the memory of native code. They contain the
 * thread id of the holder, which is different in a restored process, where nobody could release
 * them.
 *
 * <p>The layout is glibc's, which is the same since 2.25. pthread_mutex_t has lock, count, owner,
 * users and kind with four bytes each, then a counter of spins and the two pointers of the list of
 * robust mutexes. pthread_rwlock_t has readers, writers, two futexes and eight unused bytes before
 * the writer. There are more unused bytes between the field that says whether it is shared and its
 * flags.
 *
 * <p>Thread ids are small in containers, and small numbers are everywhere. Therefore everything
 * that is known about a held lock is compared, not only what distinguishes the kinds of locks.
 */
public final class LockScanner implements MemoryFile.Visitor {
  // The following belong to pthread_mutex_t.
  private static final int COUNT = 4;
  private static final int OWNER = 8;
  private static final int USERS = 12;
  static final int KIND = 16;
  static final int RECURSIVE = 1;
  private static final int ERROR_CHECKING = 2;
  static final int TYPE = 3;
  static final int SPINS = 20;
  private static final int NEXT = 24;
  private static final int PREVIOUS = 32;
  static final int ROBUST = 16;
  static final int INHERITS_PRIORITY = 32;

  /** The bits of locks that several processes share, and of locks without lock elision. */
  static final int HARMLESS = 128 | 512;

  /**
   * The bit that the kernel and the library put into the word of a robust or priority-inheriting
   * mutex, beside the holder's id, when a thread waits for it. The restorer leaves it there.
   */
  static final int IS_WAITED_FOR = 0x80000000;

  // The following belong to pthread_rwlock_t.
  private static final int WAITING_WRITERS = 4;
  private static final int PHASE = 8;
  private static final int WRITERS_FUTEX = 12;
  private static final int SOMEBODY_WAITS = 2;
  private static final int UNUSED = 16;
  private static final int WRITER = 24;
  private static final int SHARED = 28;
  private static final int MORE_UNUSED = 32;
  private static final int FLAGS = 48;
  private static final int WRITING = 3;
  private static final int READERS_SHIFT = 3;

  /**
   * The id of the only process of a container. Its first thread holds no lock, and ones are
   * everywhere in memory.
   */
  private static final int NO_EVIDENCE = 1;

  /** The lowest address of user space that a pointer may have. */
  private static final long LOWEST_ADDRESS = 65_536;

  private final Map<Integer, Integer> threads = new HashMap<>();
  private final long highestAddress;
  private final Consumer<PlanTid> found;
  private final Words words = new Words();
  private int lowest = Integer.MAX_VALUE;
  private int highest = Integer.MIN_VALUE;

  /**
   * Searches for locks.
   *
   * @param threadIds thread ids in the order of the plan's threads
   * @param highestAddress the highest address of a program
   * @param found receives each word that contains a thread's id
   */
  public LockScanner(List<Integer> threadIds, long highestAddress, Consumer<PlanTid> found) {
    this.highestAddress = highestAddress;
    this.found = found;
    for (int i = 0; i < threadIds.size(); i++) {
      if (threadIds.get(i) == NO_EVIDENCE) {
        continue;
      }
      threads.put(threadIds.get(i), i);
      lowest = Math.min(lowest, threadIds.get(i));
      highest = Math.max(highest, threadIds.get(i));
    }
  }

  @Override
  public void visit(long address, ByteBuffer content, int length) {
    words.copy(content);
    long[] array = words.array();
    for (int i = 0, count = words.count(); i < count; i++) {
      int id = (int) array[i];
      if (id < lowest || id > highest) {
        continue;
      }
      int at = i * Long.BYTES;
      Integer thread = threads.get(id);
      if (thread == null) {
        continue;
      }
      if (at - OWNER < length && isMutex(content, at - OWNER, id)) {
        found.accept(new PlanTid(address + at, thread));
        if (holder(content, at - OWNER) == id) { // here the kernel knows who holds the lock
          found.accept(new PlanTid(address + at - OWNER, thread));
        }
      } else if (at - WRITER < length && isWriteLocked(content, at - WRITER)) {
        found.accept(new PlanTid(address + at, thread));
      }
    }
  }

  /**
   * Returns whether this is a held mutex. Only those kinds of mutexes count that compare the
   * holder.
   */
  private boolean isMutex(ByteBuffer content, int at, int id) {
    if (at < 0 || word(content, at + USERS) != 1 || word(content, at + SPINS) != 0) {
      return false;
    }
    int lock = word(content, at);
    int count = word(content, at + COUNT);
    int kind = word(content, at + KIND) & ~HARMLESS;
    int type = kind & TYPE;
    if ((kind & ROBUST) == 0 ? !isZero(content, at + NEXT, 16) : !isListed(content, at)) {
      return false;
    }
    if ((kind & ~TYPE) == 0) {
      boolean isHeld = lock == 1 || lock == 2;
      return isHeld
          && ((type == RECURSIVE && count >= 1) || (type == ERROR_CHECKING && count == 0));
    }
    return holder(content, at) == id
        && count >= 0
        && (kind & ~(TYPE | ROBUST | INHERITS_PRIORITY)) == 0;
  }

  /** Returns the id in the first word of a robust or priority-inheriting mutex. */
  private static int holder(ByteBuffer content, int at) {
    return word(content, at) & ~IS_WAITED_FOR;
  }

  /**
   * Returns whether a mutex is in a thread's list of robust mutexes. The lowest bit of a pointer
   * tells the kind of the mutex it points to.
   */
  private boolean isListed(ByteBuffer content, int at) {
    return isPointer(twoWords(content, at + NEXT)) && isPointer(twoWords(content, at + PREVIOUS));
  }

  private boolean isPointer(long value) {
    return value >= LOWEST_ADDRESS && value <= highestAddress && (value & 6) == 0;
  }

  private boolean isWriteLocked(ByteBuffer content, int at) {
    if (at < 0) {
      return false;
    }
    int readers = word(content, at);
    return (readers & WRITING) == WRITING
        && isFutex(word(content, at + PHASE), readers >>> READERS_SHIFT)
        && isFutex(word(content, at + WRITERS_FUTEX), word(content, at + WAITING_WRITERS))
        && isZero(content, at + UNUSED, 8)
        && (word(content, at + SHARED) & ~1) == 0
        && isZero(content, at + MORE_UNUSED, 16)
        && (word(content, at + FLAGS) & ~3) == 0;
  }

  /**
   * Returns whether the value is that of the futex of a held lock for which this many threads wait.
   */
  private boolean isFutex(int value, int waiting) {
    return (value == 1 || (value == (1 | SOMEBODY_WAITS) && waiting != 0)) && canWait(waiting);
  }

  /** Returns whether this many threads can wait for a thread that holds a lock. */
  private boolean canWait(int count) {
    return count >= 0 && count < threads.size();
  }

  private static boolean isZero(ByteBuffer content, int at, int length) {
    for (int i = at; i < at + length; i += Integer.BYTES) {
      if (word(content, i) != 0) {
        return false;
      }
    }
    return true;
  }

  private static long twoWords(ByteBuffer content, int at) {
    return Integer.toUnsignedLong(word(content, at))
        | (long) word(content, at + Integer.BYTES) << Integer.SIZE;
  }

  /** Returns a word, or zero behind the end, because pages of zeroes are not stored. */
  private static int word(ByteBuffer content, int at) {
    return at + Integer.BYTES <= content.limit() ? content.getInt(at) : 0;
  }
}
