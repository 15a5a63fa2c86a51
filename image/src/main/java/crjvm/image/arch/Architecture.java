package crjvm.image.arch;

/** Constants of memory and of calls on this processor. */
public final class Architecture {
  /** Bytes. */
  public static final int PAGE = 4096;

  /** The highest address of a program. */
  public static final long HIGHEST_ADDRESS = (1L << 47) - 1;

  /** Bytes below the stack pointer that functions may use (System V ABI for x86-64, 3.2.2). */
  public static final int RED_ZONE = 128;

  private Architecture() {}
}
