package crjvm.image.compile.thread;

import java.nio.ByteBuffer;

/**
 * A mutex of the C library whose holder the kernel knows: a robust or a priority-inheriting one.
 * LockScanner has its layout.
 *
 * @param kind the bits of its kind
 */
record HeldMutex(int kind) {
  /** Bytes of a mutex. */
  static final int LENGTH = 40;

  private static final int HOLDER = 0x3fffffff;

  /**
   * @param content the bytes of what may be a mutex
   * @return null if it is not one of these mutexes
   */
  static HeldMutex of(ByteBuffer content) {
    int kind = content.getInt(LockScanner.KIND) & ~LockScanner.HARMLESS;
    int known = LockScanner.TYPE | LockScanner.ROBUST | LockScanner.INHERITS_PRIORITY;
    boolean isKnown = (kind & ~known) == 0 && (kind & ~LockScanner.TYPE) != 0;
    return isKnown && content.getInt(LockScanner.SPINS) == 0 ? new HeldMutex(kind) : null;
  }

  /** Returns whether a robust mutex with this word has a holder, and others wait for it. */
  static boolean isWaitedFor(int word) {
    return (word & LockScanner.IS_WAITED_FOR) != 0 && (word & HOLDER) != 0;
  }

  boolean inheritsPriority() {
    return (kind & LockScanner.INHERITS_PRIORITY) != 0;
  }

  /**
   * Returns whether the library compares the id that it has stored with that of the thread which
   * releases the mutex. For other mutexes it compares the id that the kernel has stored.
   */
  boolean comparesOwner() {
    return !inheritsPriority() || (kind & LockScanner.TYPE) == LockScanner.RECURSIVE;
  }
}
