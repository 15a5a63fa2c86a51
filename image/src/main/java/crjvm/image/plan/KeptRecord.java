package crjvm.image.plan;

import crjvm.image.arch.OwnAddresses;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a restored process says of itself (plan.h: struct kept_record), at an address that never
 * changes. It makes an image of a restored process possible: the way to the original functions does
 * not go through what an earlier restore left in memory.
 */
public final class KeptRecord {
  public static final long ADDRESS = OwnAddresses.RECORD;

  /** Bytes of the record. */
  public static final int SIZE = 48 + 8 * PlanStub.MOST + 16 * PlanFunction.MOST;

  static final int VERSION = 1;
  private static final String MAGIC = "CRJVMKPT";

  private final ByteBuffer content;

  private KeptRecord(ByteBuffer content) {
    this.content = content;
  }

  /**
   * @param content {@link #SIZE} bytes of the process's memory at {@link #ADDRESS}
   * @return null: the record is of another version, or none
   */
  public static KeptRecord of(ByteBuffer content) {
    byte[] magic = new byte[MAGIC.length()];
    content.get(0, magic);
    boolean known =
        new String(magic, StandardCharsets.ISO_8859_1).equals(MAGIC)
            && content.getInt(8) == VERSION;
    return known ? new KeptRecord(content) : null;
  }

  /** Nanoseconds that the application's CLOCK_MONOTONIC is ahead of the kernel's. */
  public long monotonicOffset() {
    return content.getLong(16);
  }

  /** The same of CLOCK_BOOTTIME. */
  public long boottimeOffset() {
    return content.getLong(24);
  }

  /** Where vvar and vDSO lay in the process that was started normally. */
  public long vdsoStart() {
    return content.getLong(32);
  }

  /** The address after the last. */
  public long vdsoEnd() {
    return content.getLong(40);
  }

  /** Where the vDSO's function began, or 0. */
  public long stub(PlanStub.Function function) {
    return content.getLong(48 + 8 * function.ordinal());
  }

  /** The function to which a wrapper leads; the address itself if it is no wrapper. */
  public long behind(long address) {
    long index = (address - OwnAddresses.FIRST_WRAPPER) / OwnAddresses.WRAPPER_SIZE;
    boolean wrapper =
        address >= OwnAddresses.FIRST_WRAPPER
            && index < content.getInt(12)
            && (address - OwnAddresses.FIRST_WRAPPER) % OwnAddresses.WRAPPER_SIZE == 0;
    return wrapper ? content.getLong(48 + 8 * PlanStub.MOST + 16 * (int) index) : address;
  }
}
