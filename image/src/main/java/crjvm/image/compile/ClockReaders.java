package crjvm.image.compile;

import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.dump.proto.Registers;
import crjvm.image.jvm.ElfImage;
import crjvm.image.plan.PlanResume;
import crjvm.image.plan.PlanStub;
import crjvm.image.plan.PlanWord;
import crjvm.image.plan.PlanWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Lets threads finish that were frozen inside the vDSO, where threads that read the clock all the
 * time usually are. The vDSO of the running kernel is a different one, or has different data. The
 * threads finish in a copy of the vDSO that they are in, whose data says that there is no clock.
 * Its functions notice this, as they notice when the kernel changes the data while they read, and
 * make the system call instead. In the copy, a call of the restorer's function, which knows the
 * offset, replaces the system call clock_gettime.
 */
final class ClockReaders {
  /** The instructions mov $SYS_clock_gettime, %eax; syscall. */
  private static final byte[] CALL = {(byte) 0xb8, (byte) 0xe4, 0, 0, 0, 0x0f, 0x05};

  private static final int CALL_BEFORE_SYSCALL = 5;

  /**
   * The distance from the stack pointer in bytes within which the return addresses of calls inside
   * the vDSO lie.
   */
  private static final int STACK = 256;

  private static final int TRAMPOLINE = 32;
  private static final int MOST_TRAMPOLINES = 16;

  private final PlanWriter plan;
  private final ProcessMemory memory;
  private final long start;
  private final long lead;
  private final byte[] code;
  private final Set<Long> entries = new HashSet<>();
  private boolean isNeeded;

  private ClockReaders(PlanWriter plan, ProcessMemory memory, Mapping vdso, long lead)
      throws IOException, ImageException {
    this.plan = plan;
    this.memory = memory;
    this.lead = lead;
    start = vdso.start();
    ByteBuffer content = memory.read(start, Math.toIntExact(vdso.length()));
    code = content.array();
    ElfImage elf = ElfImage.of(content);
    for (PlanStub.Function function : PlanStub.Function.values()) {
      Long value = elf.symbol(function.symbol());
      if (value != null) {
        entries.add(start + value);
      }
    }
  }

  static ClockReaders of(Dump dump, ProcessMemory memory, PlanWriter plan)
      throws IOException, ImageException {
    long lowest = Long.MAX_VALUE;
    Mapping found = null;
    for (Mapping mapping : dump.mappings()) {
      if (mapping.isVdso()) {
        lowest = Math.min(lowest, mapping.start());
      }
      if (mapping.isVdsoCode()) {
        found = mapping;
      }
    }
    if (found == null) {
      throw new ImageException("the process has no vDSO; boot without vdso=0");
    }
    return new ClockReaders(plan, memory, found, found.start() - lowest);
  }

  /**
   * Returns the registers with which the thread continues. They are unchanged if the thread is not
   * in the vDSO.
   */
  Registers resume(Registers registers) throws IOException, ImageException {
    long at = registers.getIp();
    if (!isInside(at)) {
      return registers;
    }
    isNeeded = true;
    long sp = registers.getSp();
    for (long word = sp & -Long.BYTES; word < sp + STACK; word += Long.BYTES) {
      if (memory.mappingAt(word) != null && isInside(memory.readLong(word))) {
        plan.add(new PlanWord(word, moved(memory.readLong(word))));
      }
    }
    boolean inCall =
        at >= start + CALL_BEFORE_SYSCALL && isCall((int) (at - start) - CALL_BEFORE_SYSCALL);
    return registers.toBuilder().setIp(moved(inCall ? at - CALL_BEFORE_SYSCALL : at)).build();
  }

  /**
   * Returns whether an address is inside the vDSO. Entry points stay where they are, because stubs
   * will be there.
   */
  private boolean isInside(long address) {
    return address >= start && address < start + code.length && !entries.contains(address);
  }

  private long moved(long address) {
    return address - start + PlanResume.ADDRESS + lead;
  }

  /** Stores the copy of the vDSO. This comes after all threads. */
  PlanResume store(MemoryFile file) throws IOException, ImageException {
    if (!isNeeded) {
      return PlanResume.NONE;
    }
    byte[] copy = Arrays.copyOf(code, code.length + MOST_TRAMPOLINES * TRAMPOLINE);
    ByteBuffer out = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    int trampoline = code.length;
    for (int at = 0; at <= code.length - CALL.length; at++) {
      if (isCall(at)) {
        if (trampoline == copy.length) {
          break;
        }
        putJump(out, at, trampoline);
        putTrampoline(out, trampoline, at + CALL.length);
        trampoline += TRAMPOLINE;
      }
    }
    if (trampoline == code.length) {
      throw new ImageException(
          "a thread was reading the clock in a way that crjvm does not know; try again");
    }
    return new PlanResume(file.store(new ByteArrayInputStream(copy)), copy.length, lead);
  }

  private boolean isCall(int at) {
    return Arrays.equals(code, at, at + CALL.length, CALL, 0, CALL.length);
  }

  private static void putJump(ByteBuffer out, int at, int to) {
    out.put(at, (byte) 0xe9).putInt(at + 1, to - (at + 5));
  }

  /**
   * Writes a call of the restorer's clock function. The vDSO's function may keep data in the 128
   * bytes below its stack pointer, which a system call leaves alone.
   */
  private void putTrampoline(ByteBuffer out, int at, int back) {
    out.position(at);
    out.put(new byte[] {0x48, (byte) 0x8d, 0x64, 0x24, (byte) 0x80}); // lea -128(%rsp), %rsp
    out.put(new byte[] {0x48, (byte) 0xb8}).putLong(PlanResume.CLOCK); // mov $CLOCK, %rax
    out.put(new byte[] {(byte) 0xff, (byte) 0xd0}); // call *%rax
    out.put(new byte[] {0x48, (byte) 0x83, (byte) 0xec, (byte) 0x80}); // sub $-128, %rsp
    int jump = out.position();
    putJump(out, jump, back);
  }
}
