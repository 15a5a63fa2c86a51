package crjvm.image.compile.thread;

import crjvm.image.ImageException;
import crjvm.image.compile.memory.MemoryFile;
import crjvm.image.compile.memory.Words;
import crjvm.image.dump.Dump;
import crjvm.image.jvm.VmStructs;
import crjvm.image.plan.PlanTid;
import crjvm.image.plan.PlanWriter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds HotSpot's own copies of thread ids (OSThread::_thread_id, which thread dumps and priorities
 * use) in malloc's memory. An OSThread also contains the thread's pthread_t, and libjvm describes
 * the distance between the two fields.
 *
 * <p>A thread id can be the upper half of an address, such as 0x7fa1, and the C library has an
 * address in front of the pthread_t in each thread's descriptor. An OSThread has its state there.
 */
public final class ThreadIdScanner implements MemoryFile.Visitor {
  private record Thread(int index, int tid) {}

  /** More than the highest ThreadState of HotSpot, and less than the lower half of an address. */
  private static final int STATES = 16;

  private final Consumer<PlanTid> found;
  private final Map<Long, Thread> byPointer = new HashMap<>();
  private final int distance;
  private final Words words = new Words();
  private long lowest = Long.MAX_VALUE;
  private long highest = Long.MIN_VALUE;

  public ThreadIdScanner(Dump dump, VmStructs structs, PlanWriter plan) throws ImageException {
    this(
        (int)
            (structs.offset("OSThread", "_thread_id") - structs.offset("OSThread", "_pthread_id")),
        id -> plan.add(id));
    List<Integer> tids = dump.threadIds();
    for (int i = 0; i < tids.size(); i++) {
      add(i, tids.get(i), dump.thread(tids.get(i)).pthread());
    }
  }

  /**
   * Searches for the ids of threads that are added before the first visit.
   *
   * @param distance that of the id from the pthread_t, in bytes
   */
  ThreadIdScanner(int distance, Consumer<PlanTid> found) {
    this.distance = distance;
    this.found = found;
  }

  /** Adds a thread by its place in the plan. */
  void add(int index, int tid, long pointer) {
    byPointer.put(pointer, new Thread(index, tid));
    lowest = Math.min(lowest, pointer);
    highest = Math.max(highest, pointer);
  }

  @Override
  public void visit(long address, ByteBuffer content, int length) {
    words.copy(content);
    long[] array = words.array();
    for (int i = 0, count = words.count(); i < count; i++) {
      long word = array[i];
      if (word < lowest || word > highest) {
        continue;
      }
      Thread thread = byPointer.get(word);
      int at = i * Long.BYTES;
      int idAt = at + distance;
      if (thread != null
          && idAt >= 0
          && Math.min(at, idAt) < length
          && idAt + Integer.BYTES <= content.limit()
          && content.getInt(idAt) == thread.tid()
          && !isHalfOfAddress(content, idAt)) {
        found.accept(new PlanTid(address + idAt, thread.index()));
      }
    }
  }

  private static boolean isHalfOfAddress(ByteBuffer content, int idAt) {
    int low = idAt - Integer.BYTES;
    return idAt % Long.BYTES != 0
        && low >= 0
        && Integer.compareUnsigned(content.getInt(low), STATES) >= 0;
  }
}
