package crjvm.image.arch.aarch64;

import crjvm.image.ImageException;
import crjvm.image.arch.CpuLevel;
import crjvm.image.arch.DumpedThread;
import crjvm.image.arch.SystemCall;
import crjvm.image.arch.SystemCall.Kind;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.RegistersArm64;
import crjvm.image.dump.proto.ThreadInfoArm64;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A thread of a process on aarch64. */
final class ArmThread implements DumpedThread {
  private static final int FUTEX = 98;
  private static final int NANOSLEEP = 101;
  private static final int CLOCK_NANOSLEEP = 115;
  private static final int RESTART_SYSCALL = 128;
  private static final int FUTEX_WAITV = 449;
  private static final int FUTEX_WAIT = 455;

  /** The bits that futex(2) has for its operation: the command, and two flags. */
  private static final long FUTEX_OPERATION = 0x1ff;

  private static final long FUTEX_COMMAND = 0x7f;
  private static final long FUTEX_FOR_RELATIVE_TIME = 0; // FUTEX_WAIT
  private static final long TIMER_ABSTIME = 1;
  private static final long EINTR = 4;

  private static final int SVC = 0xd4000001; // svc #0
  private static final int CALL_NUMBER = 8; // x8
  private static final int FIRST_PRESERVED = 19; // x19 to x29 are preserved (AAPCS64, 6.1.1)
  private static final int LAST_PRESERVED = 29;
  private static final int GENERAL_REGISTERS = 31;
  private static final int VECTOR_WORDS = 64;

  /** glibc's struct pthread has 24 pointers and a list before the thread id. */
  private static final int DESCRIPTORS_ID = 208;

  private final Core core;
  private final ThreadInfoArm64 info;
  private final RegistersArm64 registers;

  ArmThread(Core core) {
    this.core = core;
    info = core.getThreadInfoArm64();
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
    return registers.getPc();
  }

  @Override
  public DumpedThread withInstruction(long address) {
    return with(registers.toBuilder().setPc(address));
  }

  @Override
  public boolean preserves(long value) {
    for (int i = FIRST_PRESERVED; i <= LAST_PRESERVED; i++) {
      if (register(i) == value) {
        return true;
      }
    }
    return false;
  }

  private long register(int index) {
    return index < registers.getRegsCount() ? registers.getRegs(index) : 0;
  }

  private ArmThread with(RegistersArm64.Builder other) {
    return new ArmThread(
        core.toBuilder().setThreadInfoArm64(info.toBuilder().setRegisters(other)).build());
  }

  /** The thread pointer does not help: its distance to the descriptor differs by release. */
  @Override
  public long pthread() {
    return info.getClearTidAddr() - DESCRIPTORS_ID;
  }

  @Override
  public long clearedWord() {
    return info.getClearTidAddr();
  }

  @Override
  public long descriptorsId() {
    return pthread() + DESCRIPTORS_ID;
  }

  /**
   * A thread is in a call if its next instruction is svc, to which the kernel has set it back, or
   * if its last one was, and the call has ended as interrupted. Anywhere else x8 can be any number.
   */
  @Override
  public SystemCall systemCall(Memory memory) throws IOException, ImageException {
    long at = registers.getPc();
    boolean isCall = memory.readInt(at) == SVC || memory.readInt(at - Integer.BYTES) == SVC;
    return new SystemCall(
        isCall ? kind() : Kind.OTHER,
        register(0),
        register(1),
        register(2),
        register(3),
        register(4),
        register(5));
  }

  private Kind kind() {
    return switch ((int) register(CALL_NUMBER)) {
      case FUTEX -> Kind.FUTEX;
      case CLOCK_NANOSLEEP -> Kind.CLOCK_NANOSLEEP;
      case FUTEX_WAITV -> Kind.FUTEX_WAITV;
      case FUTEX_WAIT -> Kind.FUTEX_WAIT;
      // The thread was interrupted before, and the kernel knows the call. Of those that it begins
      // again in this way, only futex has a number that is so small as the second argument.
      case RESTART_SYSCALL -> (register(1) & ~FUTEX_OPERATION) == 0 ? Kind.FUTEX : Kind.OTHER;
      default -> Kind.OTHER;
    };
  }

  /**
   * The kernel has set the thread back to svc, with the arguments of the call, and it keeps to
   * itself how much of the time has passed. Calls that write the rest of the time to their caller
   * begin again with that rest.
   */
  @Override
  public DumpedThread interrupted(Memory memory) throws IOException, ImageException {
    if (memory.readInt(registers.getPc()) != SVC || !waitsForWholeTime()) {
      return this;
    }
    RegistersArm64.Builder ended = registers.toBuilder().setRegs(0, -EINTR);
    ended.setPc(registers.getPc() + Integer.BYTES);
    return with(ended);
  }

  private boolean waitsForWholeTime() {
    return switch ((int) register(CALL_NUMBER)) {
      case FUTEX -> (register(1) & FUTEX_COMMAND) == FUTEX_FOR_RELATIVE_TIME && register(3) != 0;
      case NANOSLEEP -> register(1) == 0;
      case CLOCK_NANOSLEEP -> (register(1) & TIMER_ABSTIME) == 0 && register(3) == 0;
      default -> false;
    };
  }

  /** CRIU keeps no registers that a level lacks. */
  @Override
  public DumpedThread withinLevel(CpuLevel level) {
    return this;
  }

  @Override
  public void refuseUnknown(int tid) throws ImageException {
    if (registers.getRegsCount() != GENERAL_REGISTERS
        || info.getFpRegisters().getVregsCount() != VECTOR_WORDS) {
      throw new ImageException("CRIU's files do not have all registers of thread " + tid);
    }
  }

  @Override
  public void putBases(ByteBuffer out) {
    out.putLong(info.getTls()).putLong(0);
  }

  @Override
  public void putRegisters(ByteBuffer out) {
    putLongs(out, registers.getRegsList());
    out.putLong(registers.getSp()).putLong(registers.getPc()).putLong(registers.getPstate());
    out.putInt(info.getFpRegisters().getFpsr()).putInt(info.getFpRegisters().getFpcr());
    putLongs(out, info.getFpRegisters().getVregsList());
  }

  private static void putLongs(ByteBuffer out, List<Long> words) {
    words.forEach(out::putLong);
  }
}
