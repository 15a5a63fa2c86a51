package crjvm.image.arch;

/** Names in the symbol table of the kernel's vDSO. */
public final class VdsoSymbol {
  public static final String CLOCK_GETTIME = "__vdso_clock_gettime";
  public static final String GETTIMEOFDAY = "__vdso_gettimeofday";
  public static final String TIME = "__vdso_time";
  public static final String CLOCK_GETRES = "__vdso_clock_getres";
  public static final String GETCPU = "__vdso_getcpu";
  public static final String GETRANDOM = "__vdso_getrandom";

  private VdsoSymbol() {}
}
