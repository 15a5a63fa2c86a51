package crjvm.image.compile;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.arch.VdsoFunction;
import crjvm.image.compile.memory.Origin;
import crjvm.image.dump.Dump;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.jvm.ElfImage;
import crjvm.image.plan.PlanStub;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Adds what the restorer needs so that the monotonic clock continues: the functions of the vDSO,
 * whose addresses glibc remembers, and all references to functions that take absolute times.
 */
final class CompileClockStep {
  private final Dump dump;
  private final ProcessMemory memory;
  private final Origin origin;
  private final PlanWriter plan;
  private long vdsoStart = Long.MAX_VALUE;
  private long vdsoEnd;
  private String vdsoDigest = "";

  CompileClockStep(Dump dump, ProcessMemory memory, Origin origin, PlanWriter plan) {
    this.dump = dump;
    this.memory = memory;
    this.origin = origin;
    this.plan = plan;
  }

  long vdsoStart() {
    return vdsoStart;
  }

  long vdsoEnd() {
    return vdsoEnd;
  }

  /** Returns the SHA-256 of the running vDSO's code, which identifies its kernel. */
  String vdsoDigest() {
    return vdsoDigest;
  }

  void run() throws IOException, ImageException {
    for (Mapping mapping : dump.mappings()) {
      if (mapping.isVdso() && !origin.isRestored()) {
        vdsoStart = Math.min(vdsoStart, mapping.start());
        vdsoEnd = Math.max(vdsoEnd, mapping.end());
      }
      if (mapping.isVdsoCode()) {
        addStubs(mapping);
      }
    }
    if (origin.isRestored()) {
      addFirstStubs();
    }
    if (vdsoEnd == 0) {
      throw new ImageException("the process has no vDSO; boot without vdso=0");
    }
    new WrappedFunctions(dump, memory, origin, plan).find();
  }

  private void addStubs(Mapping vdso) throws IOException, ImageException {
    ByteBuffer code = memory.read(vdso.start(), Math.toIntExact(vdso.length()));
    vdsoDigest = Digest.sha256(code.array());
    if (origin.isRestored()) {
      return; // only the stubs call this vDSO
    }
    ElfImage elf = ElfImage.of(code);
    for (VdsoFunction function : VdsoFunction.values()) {
      Long value = elf.symbol(dump.machine().vdsoSymbol(function));
      if (value != null) {
        plan.add(new PlanStub(vdso.start() + value, function));
      }
    }
  }

  /**
   * Adds stubs for the functions of the vDSO that the application was started with, because it
   * still knows their addresses.
   */
  private void addFirstStubs() {
    vdsoStart = origin.vdsoStart();
    vdsoEnd = origin.vdsoEnd();
    for (VdsoFunction function : VdsoFunction.values()) {
      if (origin.stub(function) != 0) {
        plan.add(new PlanStub(origin.stub(function), function));
      }
    }
  }
}
