package crjvm.image.arch;

import java.util.Locale;

/** The functions of a vDSO that a process may call, in the order of enum plan_vdso_function. */
public enum VdsoFunction {
  CLOCK_GETTIME,
  GETTIMEOFDAY,
  TIME,
  CLOCK_GETRES,
  GETCPU,
  GETRANDOM,
  /** The function to which handlers of signals return, where the C library has none. */
  RT_SIGRETURN;

  /** Returns the function's name without what precedes it in a symbol table. */
  public String shortName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
