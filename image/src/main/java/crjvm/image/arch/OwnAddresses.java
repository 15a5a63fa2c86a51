package crjvm.image.arch;

/** Addresses of the restorer and of what it keeps, as in its addresses.h. */
public final class OwnAddresses {
  public static final long START = 0x510000000000L;
  public static final long END = START + 0x100000000L;

  /** Code that stays: wrappers, and the address to which wrapped functions return. */
  public static final long KEPT = 0x510008000000L;

  public static final long FIRST_WRAPPER = KEPT + 0x400;
  public static final int WRAPPER_SIZE = 16;

  /** The function that reads the clock for threads that were inside of the vDSO. */
  public static final long CLOCK = KEPT + 0x100;

  /** The record that a restored process keeps of itself. */
  public static final long RECORD = 0x510009000000L;

  /** The copy of the dumped vDSO. */
  public static final long RESUME = 0x51000c000000L;

  private OwnAddresses() {}
}
