package crjvm.image.compile.thread;

import crjvm.image.ImageException;
import crjvm.image.arch.DumpedThread;
import crjvm.image.arch.SystemCall;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.plan.PlanTid;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds the thread ids on the stacks of threads that wait for a robust or priority-inheriting mutex
 * of the C library. glibc reads the id of the calling thread before it waits, and stores it in the
 * mutex when it has got the mutex. In a restored process, that would be the id of another thread,
 * and nobody could release the mutex.
 */
public final class LockWaiters {
  private static final int COMMAND = 0x7f;
  private static final int WAIT = 0;
  private static final int WAIT_BITSET = 9;
  private static final int LOCK_PI = 6;
  private static final int LOCK_PI2 = 13;

  /** Bytes above the stack pointer: the frames of glibc's functions, but hardly others. */
  private static final int FRAMES = 256;

  private final ProcessMemory memory;
  private final Consumer<PlanTid> found;

  /**
   * @param found receives each word that contains a thread's id
   */
  public LockWaiters(ProcessMemory memory, Consumer<PlanTid> found) {
    this.memory = memory;
    this.found = found;
  }

  /** Looks at all threads. */
  public void find(Dump dump) throws IOException, ImageException {
    List<Integer> tids = dump.threadIds();
    for (int i = 0; i < tids.size(); i++) {
      DumpedThread thread = dump.thread(tids.get(i));
      SystemCall call = thread.systemCall(memory::readCode);
      if (call.kind() != SystemCall.Kind.FUTEX || !mayBeForMutex(call)) {
        continue;
      }
      HeldMutex mutex = mutex(call.argument(0));
      if (mutex == null || mutex.inheritsPriority() != isForPriority(call)) {
        continue;
      }
      Optional<Long> place = place(tids.get(i), thread);
      if (place.isPresent()) {
        found.accept(new PlanTid(place.get(), i));
      } else if (mutex.comparesOwner()) {
        throw new ImageException(
            "thread "
                + tids.get(i)
                + " waits for a lock of native code (a robust or a priority-inheriting mutex) and"
                + " has its id in a register, which can't be in an image; let no thread wait for"
                + " such a lock with a time limit at the checkpoint");
      }
    }
  }

  /** Returns what is at the address, or null if it is not such a mutex. */
  private HeldMutex mutex(long address) throws IOException, ImageException {
    Mapping mapping = memory.mappingAt(address);
    return mapping == null || address + HeldMutex.LENGTH > mapping.end()
        ? null
        : HeldMutex.of(memory.read(address, HeldMutex.LENGTH));
  }

  /**
   * Returns whether a call may wait for such a mutex. A robust one has the holder's id in its word.
   * Most threads wait for something else, and their memory need not be read.
   */
  private static boolean mayBeForMutex(SystemCall call) {
    int command = command(call);
    boolean isWait = command == WAIT || command == WAIT_BITSET;
    return isForPriority(call) || isWait && HeldMutex.isWaitedFor((int) call.argument(2));
  }

  private static boolean isForPriority(SystemCall call) {
    int command = command(call);
    return command == LOCK_PI || command == LOCK_PI2;
  }

  private static int command(SystemCall call) {
    return (int) call.argument(1) & COMMAND;
  }

  /**
   * Returns the address of the only word with the id, or empty if there is none, if there are
   * several, or if the id is in a register.
   */
  private Optional<Long> place(int tid, DumpedThread thread) throws IOException, ImageException {
    long bottom = thread.stackPointer();
    Mapping stack = memory.mappingAt(bottom);
    if (stack == null || thread.preserves(tid)) {
      return Optional.empty();
    }
    long top = Math.min(bottom + FRAMES, stack.end());
    Optional<Long> place = Optional.empty();
    for (long at = bottom; at + Integer.BYTES <= top; at += Integer.BYTES) {
      if (memory.readInt(at) == tid) {
        if (place.isPresent()) {
          return Optional.empty();
        }
        place = Optional.of(at);
      }
    }
    return place;
  }
}
