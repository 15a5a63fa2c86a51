package crjvm.image.compile;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.jvm.ElfImage;
import crjvm.image.plan.PlanSlot;
import crjvm.image.plan.PlanStub;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * What the restorer needs so that the monotonic clock goes on: the dumped vDSO's entry points,
 * which glibc remembers by address, and the GOT entries through which libraries hand absolute
 * deadlines to glibc.
 */
final class CompileClockStep {
  private static final String TIMED_WAIT = "pthread_cond_timedwait";
  private static final int PROT_EXEC = 4;

  private final Dump dump;
  private final ProcessMemory memory;
  private final PlanWriter plan;
  private long vdsoStart = Long.MAX_VALUE;
  private long vdsoEnd;
  private String vdsoDigest = "";

  CompileClockStep(Dump dump, ProcessMemory memory, PlanWriter plan) {
    this.dump = dump;
    this.memory = memory;
    this.plan = plan;
  }

  long vdsoStart() {
    return vdsoStart;
  }

  long vdsoEnd() {
    return vdsoEnd;
  }

  /** SHA-256 of the dumped vDSO's code: which kernel's it was. */
  String vdsoDigest() {
    return vdsoDigest;
  }

  void run() throws IOException, ImageException {
    for (Mapping mapping : dump.mappings()) {
      if (mapping.isVdso()) {
        vdsoStart = Math.min(vdsoStart, mapping.start());
        vdsoEnd = Math.max(vdsoEnd, mapping.end());
      }
      if (mapping.isVdsoCode()) {
        addStubs(mapping);
      }
    }
    if (vdsoEnd == 0) {
      throw new ImageException("the process has no vDSO; boot without vdso=0");
    }
    addSlots();
  }

  private void addStubs(Mapping vdso) throws IOException, ImageException {
    ByteBuffer code = memory.read(vdso.start(), Math.toIntExact(vdso.length()));
    vdsoDigest = Digest.sha256(code.array());
    ElfImage elf = ElfImage.of(code);
    for (PlanStub.Function function : PlanStub.Function.values()) {
      Long value = elf.symbol(function.symbol());
      if (value != null) {
        plan.add(new PlanStub(vdso.start() + value, function));
      }
    }
  }

  private void addSlots() throws IOException, ImageException {
    Set<String> seen = new HashSet<>();
    for (Mapping mapping : dump.mappings()) {
      if (!mapping.isFile() || mapping.isMemfd() || (mapping.prot() & PROT_EXEC) == 0) {
        continue;
      }
      String name = memory.nameOf(mapping);
      if (seen.add(name) && ElfImage.isElf(Path.of(name))) {
        addSlots(Path.of(name), memory.baseOf(name));
      }
    }
  }

  private void addSlots(Path file, long base) throws IOException, ImageException {
    for (long slot : ElfImage.of(file).slotsOf(TIMED_WAIT)) {
      Mapping page = memory.mappingAt(base + slot);
      Mapping target = memory.mappingAt(memory.readLong(base + slot));
      // Not bound yet: it still leads into its own file.
      boolean bound =
          target != null && target.isFile() && !memory.nameOf(target).equals(file.toString());
      if (page != null && bound) {
        plan.add(new PlanSlot(base + slot, page.prot()));
      }
    }
  }
}
