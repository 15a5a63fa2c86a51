package crjvm.image.plan;

import crjvm.image.arch.OwnAddresses;
import crjvm.image.arch.VdsoFunction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The record in which a restored process describes itself (plan.h: struct kept_record), at an
 * address that never changes. It makes images of restored processes possible, because it leads to
 * the original functions without the memory that an earlier restore has left.
 */
public final class KeptRecord {
  /** The size of the record in bytes. */
  public static final int SIZE = 48 + 8 * PlanStub.MOST + 16 * PlanFunction.MOST;

  static final int VERSION = 1;
  private static final String MAGIC = "CRJVMKPT";

  private final ByteBuffer content;
  private final OwnAddresses addresses;

  private KeptRecord(ByteBuffer content, OwnAddresses addresses) {
    this.content = content;
    this.addresses = addresses;
  }

  /**
   * Reads the record.
   *
   * @param content {@link #SIZE} bytes of the process's memory at the record's address
   * @param addresses the restorer's addresses on the process's machine
   * @return the record, or null if there is none or it has another version
   */
  public static KeptRecord of(ByteBuffer content, OwnAddresses addresses) {
    byte[] magic = new byte[MAGIC.length()];
    content.get(0, magic);
    boolean known =
        new String(magic, StandardCharsets.ISO_8859_1).equals(MAGIC)
            && content.getInt(8) == VERSION;
    return known ? new KeptRecord(content, addresses) : null;
  }

  /**
   * Returns the nanoseconds by which the application's CLOCK_MONOTONIC is ahead of the kernel's.
   */
  public long monotonicOffset() {
    return content.getLong(16);
  }

  /** Returns the nanoseconds by which the application's CLOCK_BOOTTIME is ahead of the kernel's. */
  public long boottimeOffset() {
    return content.getLong(24);
  }

  /** Returns the first address of vvar and vDSO in the process that was started normally. */
  public long vdsoStart() {
    return content.getLong(32);
  }

  /** Returns the address after the last one of vvar and vDSO. */
  public long vdsoEnd() {
    return content.getLong(40);
  }

  /** Returns the address of the vDSO's function, or 0. */
  public long stub(VdsoFunction function) {
    return content.getLong(48 + 8 * function.ordinal());
  }

  /** Returns the function that a wrapper calls, or the address itself if it is not a wrapper. */
  public long behind(long address) {
    long distance = address - addresses.firstWrapper();
    long index = distance / OwnAddresses.WRAPPER_SIZE;
    boolean wrapper =
        distance >= 0 && index < content.getInt(12) && distance % OwnAddresses.WRAPPER_SIZE == 0;
    return wrapper ? content.getLong(48 + 8 * PlanStub.MOST + 16 * (int) index) : address;
  }
}
