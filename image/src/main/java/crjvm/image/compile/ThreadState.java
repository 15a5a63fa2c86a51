package crjvm.image.compile;

import crjvm.image.ImageException;
import crjvm.image.arch.ThreadRegisters;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.Registers;
import crjvm.image.dump.proto.ThreadCore;
import crjvm.image.plan.PlanSection;
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
  static byte[] layOut(int tid, Core core, long signalMask, String name) throws ImageException {
    Registers registers = core.getThreadInfo().getRegisters();
    ThreadRegisters.refuseUnknown(tid, core.getThreadInfo());
    ThreadCore thread = core.getThread();
    ByteBuffer out =
        ByteBuffer.allocate(PlanSection.THREADS.recordSize()).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(tid).putInt(thread.getRseq().getAbiSize());
    out.putLong(core.getThreadInfo().getClearTidAddr());
    out.putLong(thread.getFutexRla()).putLong(thread.getFutexRlaLen());
    ThreadRegisters.putBases(out, registers);
    out.putLong(thread.getRseq().getAbiPointer()).putInt(thread.getRseq().getSignature()).putInt(0);
    out.put(
        Arrays.copyOf(
            Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), NAME_SIZE - 1), NAME_SIZE));
    out.putLong(signalMask);
    out.putLong(thread.getSas().getSsSp()).putLong(thread.getSas().getSsSize());
    out.putInt(thread.getSas().getSsFlags()).putInt(0);
    ThreadRegisters.put(out, core.getThreadInfo());
    return out.array();
  }
}
