package crjvm.image.compile.thread;

import crjvm.image.ImageException;
import crjvm.image.arch.DumpedThread;
import crjvm.image.dump.Dump;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.plan.PlanTid;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.util.List;

/**
 * Finds the C library's own copy of each thread id, which locks and signals to threads use. Up to
 * glibc 2.42 it is the word that the kernel clears when the thread ends. Since 2.43 that word is
 * another one, which has to keep its value.
 */
public final class LibraryThreadIds {
  private LibraryThreadIds() {}

  public static void add(Dump dump, ProcessMemory memory, PlanWriter plan)
      throws IOException, ImageException {
    List<Integer> tids = dump.threadIds();
    for (int i = 0; i < tids.size(); i++) {
      plan.add(new PlanTid(find(tids.get(i), dump, memory), i));
    }
  }

  private static long find(int tid, Dump dump, ProcessMemory memory)
      throws IOException, ImageException {
    DumpedThread thread = dump.thread(tid);
    for (long address : List.of(thread.clearedWord(), thread.descriptorsId())) {
      if (memory.mappingAt(address) != null && memory.readInt(address) == tid) {
        return address;
      }
    }
    throw new ImageException(
        "the C library keeps the id of thread "
            + tid
            + " in a place that crjvm does not know; use glibc up to release 2.43");
  }
}
