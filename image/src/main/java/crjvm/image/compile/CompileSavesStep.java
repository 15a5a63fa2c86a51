package crjvm.image.compile;

import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.plan.PlanSave;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the words in which the dynamic loader keeps the space on the stack that it needs for vector
 * registers while it binds a function (glibc's {@code xsave_state_size}). The words have no
 * symbols, but only the code that reserves this space has the instruction {@code sub SIZE(%rip),
 * %rsp}.
 */
final class CompileSavesStep {
  private static final int PROT_EXEC = 4;
  private static final int INSTRUCTION = 0x252b48; // sub disp32(%rip), %rsp
  private static final int LENGTH = 7;
  private static final long LARGEST = 1 << 16; // bytes; AMX needs 11 KiB
  private static final int GRANULE = 64; // XSAVE requires it

  private final Dump dump;
  private final ProcessMemory memory;
  private final PlanWriter plan;
  private final boolean isCompact;

  /**
   * Searches a process.
   *
   * @param isCompact true if glibc may use XSAVEC, which it prefers to XSAVE
   */
  CompileSavesStep(Dump dump, ProcessMemory memory, PlanWriter plan, boolean isCompact) {
    this.dump = dump;
    this.memory = memory;
    this.plan = plan;
    this.isCompact = isCompact;
  }

  void run() throws IOException, ImageException {
    Set<Long> found = new TreeSet<>();
    for (Mapping mapping : dump.mappings()) {
      boolean isCode = (mapping.prot() & PROT_EXEC) != 0 && mapping.isFile();
      if (isCode && !mapping.isMemfd() && memory.nameOf(mapping).contains("/ld-linux")) {
        search(mapping, found);
      }
    }
    for (long address : found) {
      plan.add(new PlanSave(address, memory.mappingAt(address).prot(), isCompact));
    }
  }

  private void search(Mapping code, Set<Long> found) throws IOException, ImageException {
    ByteBuffer bytes = memory.read(code.start(), Math.toIntExact(code.length()));
    for (int i = 0; i + LENGTH <= bytes.capacity(); i++) {
      if ((bytes.getInt(i) & 0xffffff) != INSTRUCTION) {
        continue;
      }
      long address = code.start() + i + LENGTH + bytes.getInt(i + 3);
      Mapping data = memory.mappingAt(address);
      if (data != null && address % Long.BYTES == 0 && isSize(memory.readLong(address))) {
        found.add(address);
      }
    }
  }

  /**
   * Returns whether a value can be such a size. If it is 0, neither instruction is used but FXSAVE,
   * which is the same everywhere.
   */
  private static boolean isSize(long value) {
    return value > 0 && value <= LARGEST && value % GRANULE == 0;
  }
}
