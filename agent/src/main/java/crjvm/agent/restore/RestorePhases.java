package crjvm.agent.restore;

/**
 * How long a restore took, in nanoseconds.
 *
 * @param restorer from its start until the agent's thread had its request
 * @param steps the restore work
 * @param gate to let the application's threads go
 * @param callbacks the application's, those that run after all others included
 */
public record RestorePhases(long restorer, long steps, long gate, long callbacks) {
  private static final long MICROS = 1000;

  public RestorePhases withCallbacks(long nanos) {
    return new RestorePhases(restorer, steps, gate, nanos);
  }

  public long total() {
    return restorer + steps + gate + callbacks;
  }

  /** One line, by plain means: formatters would have to be loaded first. */
  public String line() {
    return "restore: restored in "
        + text(total())
        + ": restorer "
        + text(restorer)
        + ", steps "
        + text(steps)
        + ", gate "
        + text(gate)
        + ", callbacks "
        + text(callbacks);
  }

  private static String text(long nanos) {
    long tenths = (nanos + 50 * MICROS) / (100 * MICROS);
    return tenths / 10 + "." + tenths % 10 + " ms";
  }
}
