package crjvm.image.compile.thread;

import crjvm.image.ImageException;
import crjvm.image.arch.ClockCode;
import crjvm.image.arch.DumpedThread;
import crjvm.image.arch.Machine;
import crjvm.image.arch.VdsoFunction;
import crjvm.image.compile.memory.MemoryFile;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.jvm.ElfImage;
import crjvm.image.plan.PlanResume;
import crjvm.image.plan.PlanWord;
import crjvm.image.plan.PlanWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
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
public final class ClockReaders {
  /** Return addresses of calls within the vDSO lie this close to the stack pointer. */
  private static final int STACK = 256;

  private final PlanWriter plan;
  private final ProcessMemory memory;
  private final long start;
  private final long copyStart;
  private final long lead;
  private final byte[] code;
  private final ClockCode clockCode;
  private final Set<Long> functions = new HashSet<>();
  private boolean isNeeded;

  private ClockReaders(
      Machine machine, PlanWriter plan, ProcessMemory memory, Mapping vdso, long lead)
      throws IOException, ImageException {
    this.plan = plan;
    this.memory = memory;
    this.lead = lead;
    start = vdso.start();
    ByteBuffer content = memory.read(start, Math.toIntExact(vdso.length()));
    code = content.array();
    copyStart = machine.addresses().resume() + lead;
    clockCode = machine.clockCode(code, copyStart);
    ElfImage elf = ElfImage.of(content);
    for (VdsoFunction function : VdsoFunction.values()) {
      Long value = elf.symbol(machine.vdsoSymbol(function));
      if (value != null) {
        functions.add(start + value);
      }
    }
  }

  public static ClockReaders of(Dump dump, ProcessMemory memory, PlanWriter plan)
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
    return new ClockReaders(dump.machine(), plan, memory, found, found.start() - lowest);
  }

  /** Returns the thread as it continues. It is unchanged if it is not in the vDSO. */
  DumpedThread resume(DumpedThread thread) throws IOException, ImageException {
    long at = thread.instruction();
    if (!isInside(at)) {
      return thread;
    }
    isNeeded = true;
    long sp = thread.stackPointer();
    for (long word = sp & -Long.BYTES; word < sp + STACK; word += Long.BYTES) {
      if (memory.mappingAt(word) != null && isInside(memory.readLong(word))) {
        plan.add(new PlanWord(word, moved(memory.readLong(word))));
      }
    }
    long beginning = start + clockCode.beginning((int) (at - start));
    return thread.withInstruction(moved(beginning));
  }

  /**
   * Returns whether an address is inside the vDSO. An address where a function begins does not
   * count, because a stub will be there.
   */
  private boolean isInside(long address) {
    return address >= start && address < start + code.length && !functions.contains(address);
  }

  private long moved(long address) {
    return address - start + copyStart;
  }

  /** Stores the copy of the vDSO. This comes after all threads. */
  public PlanResume store(MemoryFile file) throws IOException, ImageException {
    if (!isNeeded) {
      return PlanResume.NONE;
    }
    byte[] copy = clockCode.replaced();
    if (copy == null) {
      throw new ImageException(
          "a thread was reading the clock in a way that crjvm does not know; try again");
    }
    return new PlanResume(file.store(new ByteArrayInputStream(copy)), copy.length, lead);
  }
}
