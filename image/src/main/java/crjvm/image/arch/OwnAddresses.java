package crjvm.image.arch;

/**
 * Addresses of the restorer and of the parts of it that stay in a process, as in its addresses.h.
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

  /**
   * Returns the address of the code that stays: the wrappers, and the code to which wrapped
   * functions return.
   */
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

  /** Returns the address of the zeroes that precede the copy of the dumped vDSO. */
  public long resume() {
    return start + RESUME;
  }
}
