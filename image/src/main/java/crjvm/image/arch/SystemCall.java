package crjvm.image.arch;

/** The system call that a thread was in when it was dumped. */
public final class SystemCall {
  /** The calls that the compiler knows. */
  public enum Kind {
    FUTEX,
    CLOCK_NANOSLEEP,
    FUTEX_WAITV,
    FUTEX_WAIT,
    /** Any other call, or none. */
    OTHER
  }

  private final Kind kind;
  private final long[] arguments;

  /**
   * Describes a call.
   *
   * @param arguments the six words that it was given
   */
  public SystemCall(Kind kind, long... arguments) {
    this.kind = kind;
    this.arguments = arguments;
  }

  public Kind kind() {
    return kind;
  }

  /**
   * Returns one of its arguments.
   *
   * @param index 0 to 5
   */
  public long argument(int index) {
    return arguments[index];
  }
}
