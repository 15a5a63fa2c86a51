package crjvm.image.compile;

import crjvm.image.ImageException;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.FpRegisters;
import crjvm.image.dump.proto.Registers;
import crjvm.image.dump.proto.ThreadCore;
import crjvm.image.dump.proto.XSave;
import crjvm.image.plan.PlanSection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Lays out the record of one thread (plan.h: struct plan_thread). */
final class ThreadState {
  private static final int NAME_SIZE = 16;
  private static final int NATIVE_MODE = 1;

  /** The features that the plan has space for: x87, SSE, AVX, the three of AVX-512, and PKRU. */
  private static final long KNOWN_FEATURES = 0x2e7;

  /** The bounds registers (MPX), which Linux dropped in 5.6. */
  private static final long ABANDONED_FEATURES = 0x18;

  private static final long AVX = 1 << 2;
  private static final long OPMASK = 1 << 5;
  private static final long ZMM_UPPER = 1 << 6;
  private static final long HI16_ZMM = 1 << 7;
  private static final long PKRU = 1 << 9;

  /** The value that Linux gives every process that has not chosen keys of its own. */
  private static final int DEFAULT_PKRU = 0x55555554;

  /** The tile registers of AMX. */
  private static final long AMX_FEATURES = 0x60000;

  /** The additional general registers of APX. */
  private static final long APX_FEATURES = 0x80000;

  private ThreadState() {}

  /**
   * Returns the record of a thread.
   *
   * @param signalMask the blocked signals, which CRIU keeps in another place for the main thread
   * @param name the name in /proc/PID/task/TID/comm
   */
  static byte[] layOut(int tid, Core core, long signalMask, String name) throws ImageException {
    Registers registers = core.getThreadInfo().getRegisters();
    if (registers.hasMode() && registers.getMode() != NATIVE_MODE) {
      throw new ImageException("thread " + tid + " runs 32-bit code, which can't be in an image");
    }
    ThreadCore thread = core.getThread();
    ByteBuffer out =
        ByteBuffer.allocate(PlanSection.THREADS.recordSize()).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(tid).putInt(thread.getRseq().getAbiSize());
    out.putLong(core.getThreadInfo().getClearTidAddr());
    out.putLong(thread.getFutexRla()).putLong(thread.getFutexRlaLen());
    out.putLong(registers.getFsBase()).putLong(registers.getGsBase());
    out.putLong(thread.getRseq().getAbiPointer()).putInt(thread.getRseq().getSignature()).putInt(0);
    out.put(
        Arrays.copyOf(
            Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), NAME_SIZE - 1), NAME_SIZE));
    out.putLong(signalMask);
    out.putLong(thread.getSas().getSsSp()).putLong(thread.getSas().getSsSize());
    out.putInt(thread.getSas().getSsFlags()).putInt(0);
    putRegisters(out, registers);
    putFloatingPoint(out, tid, core.getThreadInfo().getFpRegisters());
    return out.array();
  }

  private static void putRegisters(ByteBuffer out, Registers r) {
    out.putLong(r.getR8()).putLong(r.getR9()).putLong(r.getR10()).putLong(r.getR11());
    out.putLong(r.getR12()).putLong(r.getR13()).putLong(r.getR14()).putLong(r.getR15());
    out.putLong(r.getDi()).putLong(r.getSi()).putLong(r.getBp()).putLong(r.getBx());
    out.putLong(r.getDx()).putLong(r.getAx()).putLong(r.getCx()).putLong(r.getSp());
    out.putLong(r.getIp()).putLong(r.getFlags());
  }

  private static void putFloatingPoint(ByteBuffer out, int tid, FpRegisters fp)
      throws ImageException {
    XSave xsave = fp.getXsave();
    refuseUnknown(tid, xsave.getXstateBv());
    out.putLong(used(xsave));
    int at = out.position();
    out.putShort((short) fp.getCwd()).putShort((short) fp.getSwd());
    out.putShort((short) fp.getTwd()).putShort((short) fp.getFop());
    out.putLong(fp.getRip()).putLong(fp.getRdp()).putInt(fp.getMxcsr()).putInt(fp.getMxcsrMask());
    fp.getStSpaceList().forEach(out::putInt);
    out.position(at + 160);
    fp.getXmmSpaceList().forEach(out::putInt);
    at = component(out, at, 512);
    xsave.getYmmhSpaceList().forEach(out::putInt);
    at = component(out, at, 256);
    putLongs(out, xsave.getOpmaskRegList());
    at = component(out, at, 64);
    putLongs(out, xsave.getZmmUpperList());
    at = component(out, at, 512);
    putLongs(out, xsave.getHi16ZmmList());
    component(out, at, 1024);
    out.putLong(xsave.getPkruCount() > 0 ? Integer.toUnsignedLong(xsave.getPkru(0)) : 0);
  }

  private static int component(ByteBuffer out, int at, int size) {
    out.position(at + size);
    return at + size;
  }

  private static void putLongs(ByteBuffer out, List<Long> words) {
    words.forEach(out::putLong);
  }

  private static void refuseUnknown(int tid, long used) throws ImageException {
    if ((used & AMX_FEATURES) != 0) {
      throw new ImageException(
          "thread " + tid + " uses the CPU's tile registers (AMX), which can't be in an image");
    }
    if ((used & APX_FEATURES) != 0) {
      throw new ImageException(
          "thread " + tid + " uses the registers of APX, which can't be in an image");
    }
    long unknown = used & ~(KNOWN_FEATURES | ABANDONED_FEATURES);
    if (unknown != 0) {
      throw new ImageException(
          "thread "
              + tid
              + " uses processor state that crjvm does not know (0x"
              + Long.toHexString(unknown)
              + ")");
    }
  }

  /**
   * Returns the components whose contents differ from those of a new thread. A CPU without the
   * other components can continue the thread, too.
   */
  private static long used(XSave xsave) {
    long used = xsave.hasXstateBv() ? xsave.getXstateBv() & KNOWN_FEATURES : 3;
    if (xsave.getYmmhSpaceList().stream().allMatch(word -> word == 0)) {
      used &= ~AVX;
    }
    used &= isZero(xsave.getOpmaskRegList()) ? ~OPMASK : -1;
    used &= isZero(xsave.getZmmUpperList()) ? ~ZMM_UPPER : -1;
    used &= isZero(xsave.getHi16ZmmList()) ? ~HI16_ZMM : -1;
    if (xsave.getPkruCount() == 0 || xsave.getPkru(0) == DEFAULT_PKRU) {
      used &= ~PKRU;
    }
    return used;
  }

  private static boolean isZero(List<Long> words) {
    return words.stream().allMatch(word -> word == 0);
  }

  /** Returns the XCR0 bits that a thread's record uses. */
  static long featuresOf(Core core) {
    return used(core.getThreadInfo().getFpRegisters().getXsave());
  }
}
