package crjvm.image.arch;

/**
 * Addresses of the restorer and of what it keeps, as in its addresses.h.
 *
 * @param start the first address
 */
public record OwnAddresses(long start) {
  public static final int WRAPPER_SIZE = 16;

  private static final long LENGTH = 0x100000000L;
  private static final long KEPT = 0x8000000;
  private static final long RECORD = 0x9000000;
  private static final long RESUME = 0xc000000;

  /** Returns the address after the last one. */
  public long end() {
    return start + LENGTH;
  }

  /** Returns the address of code that stays: wrappers, and where wrapped functions return to. */
  public long kept() {
    return start + KEPT;
  }

  public long firstWrapper() {
    return kept() + 0x400;
  }

  /** Returns the function that reads the clock for threads that were inside of the vDSO. */
  public long clock() {
    return kept() + 0x100;
  }

  /** Returns the address of the record that a restored process keeps of itself. */
  public long record() {
    return start + RECORD;
  }

  /** Returns the address of the copy of the dumped vDSO, after the zeroes before it. */
  public long resume() {
    return start + RESUME;
  }
}
