package crjvm.image.compile.thread;

import crjvm.image.ImageException;
import crjvm.image.compile.memory.MemoryFile;
import crjvm.image.dump.Dump;
import crjvm.image.jvm.VmStructs;
import crjvm.image.plan.PlanTid;
import crjvm.image.plan.PlanWriter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds HotSpot's own copies of thread ids (OSThread::_thread_id, which thread dumps and priorities
 * use) in malloc's memory. An OSThread also contains the thread's pthread_t, and libjvm describes
 * the distance between the two fields.
 */
public final class ThreadIdScanner implements MemoryFile.Visitor {
  private record Thread(int index, int tid) {}

  private final PlanWriter plan;
  private final Map<Long, Thread> byPointer = new HashMap<>();
  private final int distance;
  private long lowest = Long.MAX_VALUE;
  private long highest = Long.MIN_VALUE;

  public ThreadIdScanner(Dump dump, VmStructs structs, PlanWriter plan) throws ImageException {
    this.plan = plan;
    distance =
        (int)
            (structs.offset("OSThread", "_thread_id") - structs.offset("OSThread", "_pthread_id"));
    List<Integer> tids = dump.threadIds();
    for (int i = 0; i < tids.size(); i++) {
      long pointer = dump.thread(tids.get(i)).pthread();
      byPointer.put(pointer, new Thread(i, tids.get(i)));
      lowest = Math.min(lowest, pointer);
      highest = Math.max(highest, pointer);
    }
  }

  @Override
  public void visit(long address, ByteBuffer content, int length) {
    for (int at = 0; at + Long.BYTES <= content.limit(); at += Long.BYTES) {
      long word = content.getLong(at);
      if (word < lowest || word > highest) {
        continue;
      }
      Thread thread = byPointer.get(word);
      int idAt = at + distance;
      if (thread != null
          && idAt >= 0
          && Math.min(at, idAt) < length
          && idAt + Integer.BYTES <= content.limit()
          && content.getInt(idAt) == thread.tid()) {
        plan.add(new PlanTid(address + idAt, thread.index()));
      }
    }
  }
}
