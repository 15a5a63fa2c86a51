package crjvm.image.arch.x86_64;

import crjvm.image.ImageException;
import crjvm.image.arch.CpuLevel;
import crjvm.image.arch.DumpedThread;
import crjvm.image.arch.SystemCall;
import crjvm.image.arch.SystemCall.Kind;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.FpRegisters;
import crjvm.image.dump.proto.Registers;
import crjvm.image.dump.proto.ThreadInfo;
import crjvm.image.dump.proto.XSave;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;

/** A thread of a process on x86-64. */
final class X86Thread implements DumpedThread {
  private static final int FUTEX = 202;
  private static final int CLOCK_NANOSLEEP = 230;
  private static final int FUTEX_WAITV = 449;
  private static final int FUTEX_WAIT = 455;

  private static final int NATIVE_MODE = 1;
  private static final int DESCRIPTORS_ID = 720;

  /** x87, SSE, AVX, the three of AVX-512, PKRU: what the plan has room for. */
  private static final long KNOWN_FEATURES = 0x2e7;

  /** Bounds registers (MPX), which Linux gave up in 5.6. */
  private static final long ABANDONED_FEATURES = 0x18;

  private static final long AVX = 1 << 2;
  private static final long OPMASK = 1 << 5;
  private static final long ZMM_UPPER = 1 << 6;
  private static final long HI16_ZMM = 1 << 7;
  private static final long PKRU = 1 << 9;

  /** The value that Linux gives every process that has not chosen protection keys of its own. */
  private static final int DEFAULT_PKRU = 0x55555554;

  /** Tile registers of AMX. */
  private static final long AMX_FEATURES = 0x60000;

  /** The additional general registers of APX. */
  private static final long APX_FEATURES = 0x80000;

  private final Core core;
  private final ThreadInfo info;
  private final Registers registers;

  X86Thread(Core core) {
    this.core = core;
    info = core.getThreadInfo();
    registers = info.getRegisters();
  }

  @Override
  public Core core() {
    return core;
  }

  @Override
  public long stackPointer() {
    return registers.getSp();
  }

  @Override
  public long instruction() {
    return registers.getIp();
  }

  @Override
  public DumpedThread withInstruction(long address) {
    return with(info.toBuilder().setRegisters(registers.toBuilder().setIp(address)));
  }

  /** These registers are in the System V ABI for x86-64, 3.2.1. */
  @Override
  public boolean preserves(long value) {
    return LongStream.of(
            registers.getBx(),
            registers.getBp(),
            registers.getR12(),
            registers.getR13(),
            registers.getR14(),
            registers.getR15())
        .anyMatch(register -> register == value);
  }

  @Override
  public long pthread() {
    return registers.getFsBase();
  }

  @Override
  public long clearedWord() {
    return info.getClearTidAddr();
  }

  /** The thread pointer points at the descriptor. The id has had this offset in all releases. */
  @Override
  public long descriptorsId() {
    return registers.getFsBase() + DESCRIPTORS_ID;
  }

  /** CRIU has set an interrupted call back to its start, and has kept its number. */
  @Override
  public SystemCall systemCall(Memory memory) {
    Kind kind =
        switch ((int) registers.getOrigAx()) {
          case FUTEX -> Kind.FUTEX;
          case CLOCK_NANOSLEEP -> Kind.CLOCK_NANOSLEEP;
          case FUTEX_WAITV -> Kind.FUTEX_WAITV;
          case FUTEX_WAIT -> Kind.FUTEX_WAIT;
          default -> Kind.OTHER;
        };
    return new SystemCall(
        kind,
        registers.getDi(),
        registers.getSi(),
        registers.getDx(),
        registers.getR10(),
        registers.getR8(),
        registers.getR9());
  }

  /** CRIU has ended such calls. */
  @Override
  public DumpedThread interrupted(Memory memory) {
    return this;
  }

  @Override
  public DumpedThread withinLevel(CpuLevel level) {
    XSave.Builder xsave = info.getFpRegisters().getXsave().toBuilder();
    xsave.clearOpmaskReg().clearZmmUpper().clearHi16Zmm();
    if (!level.features().contains("avx")) {
      xsave.clearYmmhSpace();
    }
    return with(info.toBuilder().setFpRegisters(info.getFpRegisters().toBuilder().setXsave(xsave)));
  }

  private X86Thread with(ThreadInfo.Builder other) {
    return new X86Thread(core.toBuilder().setThreadInfo(other).build());
  }

  @Override
  public void putBases(ByteBuffer out) {
    out.putLong(registers.getFsBase()).putLong(registers.getGsBase());
  }

  @Override
  public void putRegisters(ByteBuffer out) {
    putRegisters(out, registers);
    putFloatingPoint(out, info.getFpRegisters());
  }

  private static void putRegisters(ByteBuffer out, Registers r) {
    out.putLong(r.getR8()).putLong(r.getR9()).putLong(r.getR10()).putLong(r.getR11());
    out.putLong(r.getR12()).putLong(r.getR13()).putLong(r.getR14()).putLong(r.getR15());
    out.putLong(r.getDi()).putLong(r.getSi()).putLong(r.getBp()).putLong(r.getBx());
    out.putLong(r.getDx()).putLong(r.getAx()).putLong(r.getCx()).putLong(r.getSp());
    out.putLong(r.getIp()).putLong(r.getFlags());
  }

  private static void putFloatingPoint(ByteBuffer out, FpRegisters fp) {
    XSave xsave = fp.getXsave();
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

  @Override
  public void refuseUnknown(int tid) throws ImageException {
    if (registers.hasMode() && registers.getMode() != NATIVE_MODE) {
      throw new ImageException("thread " + tid + " runs 32-bit code, which can't be in an image");
    }
    long used = info.getFpRegisters().getXsave().getXstateBv();
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
   * Returns the components whose content differs from that of a new thread. A CPU without the other
   * components can continue the thread, too.
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
  static long components(Core core) {
    return used(core.getThreadInfo().getFpRegisters().getXsave());
  }
}
