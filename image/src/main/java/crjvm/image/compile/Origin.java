package crjvm.image.compile;

import crjvm.image.ImageException;
import crjvm.image.arch.OwnAddresses;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.plan.KeptRecord;
import crjvm.image.plan.PlanStub;
import java.io.IOException;

/**
 * The origin of the dumped process, which was started normally or was itself restored from an
 * image. In the second case it contains parts of the restorer, which do not belong in its own
 * image.
 */
final class Origin {
  private final KeptRecord kept;

  private Origin(KeptRecord kept) {
    this.kept = kept;
  }

  static Origin find(ProcessMemory memory) throws IOException, ImageException {
    if (memory.mappingAt(KeptRecord.ADDRESS) == null) {
      return new Origin(null);
    }
    KeptRecord kept = KeptRecord.of(memory.read(KeptRecord.ADDRESS, KeptRecord.SIZE));
    if (kept == null) {
      throw new ImageException(
          "the process was restored by another version of crjvm; make images of processes that this version restored");
    }
    return new Origin(kept);
  }

  boolean isRestored() {
    return kept != null;
  }

  /**
   * Returns whether a mapping is memory of the restorer, or the stubs at the place of the first
   * vDSO.
   */
  boolean isRestorers(Mapping mapping) {
    return kept != null
        && (within(mapping, OwnAddresses.START, OwnAddresses.END)
            || within(mapping, kept.vdsoStart(), kept.vdsoEnd()));
  }

  private static boolean within(Mapping mapping, long start, long end) {
    return mapping.start() >= start && mapping.end() <= end;
  }

  long monotonicOffset() {
    return kept == null ? 0 : kept.monotonicOffset();
  }

  long boottimeOffset() {
    return kept == null ? 0 : kept.boottimeOffset();
  }

  long vdsoStart() {
    return kept.vdsoStart();
  }

  long vdsoEnd() {
    return kept.vdsoEnd();
  }

  long stub(PlanStub.Function function) {
    return kept.stub(function);
  }

  /**
   * Returns the function behind a wrapper of an earlier restore. Other addresses are returned
   * unchanged.
   */
  long functionBehind(long address) {
    return kept == null ? address : kept.behind(address);
  }
}
