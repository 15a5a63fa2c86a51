package crjvm.image.compile.memory;

import crjvm.image.ImageException;
import crjvm.image.arch.OwnAddresses;
import crjvm.image.arch.VdsoFunction;
import crjvm.image.dump.Mapping;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.plan.KeptRecord;
import java.io.IOException;

/**
 * The origin of the dumped process, which was started normally or was itself restored from an
 * image. In the second case it contains parts of the restorer, which do not belong in its own
 * image.
 */
public final class Origin {
  private final OwnAddresses addresses;
  private final KeptRecord kept;

  private Origin(OwnAddresses addresses, KeptRecord kept) {
    this.addresses = addresses;
    this.kept = kept;
  }

  /**
   * Finds the origin.
   *
   * @param addresses the restorer's addresses on the machine of the dump
   */
  public static Origin find(OwnAddresses addresses, ProcessMemory memory)
      throws IOException, ImageException {
    if (memory.mappingAt(addresses.record()) == null) {
      return new Origin(addresses, null);
    }
    KeptRecord kept = KeptRecord.of(memory.read(addresses.record(), KeptRecord.SIZE), addresses);
    if (kept == null) {
      throw new ImageException(
          "the process was restored by another version of crjvm; make images of processes that this version restored");
    }
    return new Origin(addresses, kept);
  }

  public boolean isRestored() {
    return kept != null;
  }

  /**
   * Returns whether a mapping is memory of the restorer, or the stubs at the place of the first
   * vDSO.
   */
  public boolean isRestorers(Mapping mapping) {
    return kept != null
        && (within(mapping, addresses.start(), addresses.end())
            || within(mapping, kept.vdsoStart(), kept.vdsoEnd()));
  }

  private static boolean within(Mapping mapping, long start, long end) {
    return mapping.start() >= start && mapping.end() <= end;
  }

  public long monotonicOffset() {
    return kept == null ? 0 : kept.monotonicOffset();
  }

  public long boottimeOffset() {
    return kept == null ? 0 : kept.boottimeOffset();
  }

  public long vdsoStart() {
    return kept.vdsoStart();
  }

  public long vdsoEnd() {
    return kept.vdsoEnd();
  }

  public long stub(VdsoFunction function) {
    return kept.stub(function);
  }

  /**
   * Returns the function behind a wrapper of an earlier restore. Other addresses are returned
   * unchanged.
   */
  public long functionBehind(long address) {
    return kept == null ? address : kept.behind(address);
  }
}
