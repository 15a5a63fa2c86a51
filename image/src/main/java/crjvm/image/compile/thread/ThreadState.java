package crjvm.image.compile.thread;

import crjvm.image.ImageException;
import crjvm.image.arch.DumpedThread;
import crjvm.image.arch.Machine;
import crjvm.image.dump.proto.ThreadCore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Lays out the record of one thread (plan.h: struct plan_thread). */
final class ThreadState {
  private static final int NAME_SIZE = 16;

  private ThreadState() {}

  /**
   * Returns the record of a thread.
   *
   * @param signalMask the blocked signals, which CRIU keeps in another place for the main thread
   * @param name the name in /proc/PID/task/TID/comm
   */
  static byte[] layOut(Machine machine, int tid, DumpedThread dumped, long signalMask, String name)
      throws ImageException {
    dumped.refuseUnknown(tid);
    ThreadCore thread = dumped.core().getThread();
    ByteBuffer out = ByteBuffer.allocate(machine.threadSize()).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(tid).putInt(thread.getRseq().getAbiSize());
    out.putLong(dumped.clearedWord());
    out.putLong(thread.getFutexRla()).putLong(thread.getFutexRlaLen());
    dumped.putBases(out);
    out.putLong(thread.getRseq().getAbiPointer()).putInt(thread.getRseq().getSignature()).putInt(0);
    out.put(
        Arrays.copyOf(
            Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), NAME_SIZE - 1), NAME_SIZE));
    out.putLong(signalMask);
    out.putLong(thread.getSas().getSsSp()).putLong(thread.getSas().getSsSize());
    out.putInt(thread.getSas().getSsFlags()).putInt(0);
    dumped.putRegisters(out);
    return out.array();
  }
}
