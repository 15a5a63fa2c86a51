package crjvm.agent.restore;

/**
 * The phases of a restore in nanoseconds.
 *
 * @param restorer from its start until the agent's thread had its restore message
 * @param steps the restore work
 * @param gate the opening of the gate
 * @param callbacks the application's callbacks, including restore listeners
 */
public record RestorePhases(long restorer, long steps, long gate, long callbacks) {
  private static final long MICROS = 1000;

  public RestorePhases withCallbacks(long nanos) {
    return new RestorePhases(restorer, steps, gate, nanos);
  }

  public long total() {
    return restorer + steps + gate + callbacks;
  }

  /**
   * Returns one line whose parts add up to the sum. It uses no formatter, which would have to be
   * loaded.
   */
  public String line() {
    return "restore: restored in "
        + text(MICROS * (micros(restorer) + micros(steps) + micros(gate) + micros(callbacks)))
        + ": restorer "
        + text(restorer)
        + ", steps "
        + text(steps)
        + ", gate "
        + text(gate)
        + ", callbacks "
        + text(callbacks);
  }

  private static long micros(long nanos) {
    return (nanos + MICROS / 2) / MICROS;
  }

  /** Returns milliseconds, to the microsecond. */
  static String text(long nanos) {
    long micros = micros(nanos);
    String digits = Long.toString(1000 + micros % 1000); // leading zeros
    return micros / 1000 + "." + digits.substring(1) + " ms";
  }
}
