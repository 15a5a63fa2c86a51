package crjvm.agent.restore;

/** When the last restore of this process began. */
public final class RestoreTime {
  private static final long MILLIS = 1_000_000;

  private static volatile RestoreTime last;

  private final long nanos;
  private final long millis;

  private RestoreTime(long nanos, long millis) {
    this.nanos = nanos;
    this.millis = millis;
  }

  /** By the restorer's clock, as the launcher is a matter of a few milliseconds before. */
  static RestoreTime of(RestoreRequest request) {
    long now = System.nanoTime();
    long start = request.startedNanos() == 0 ? now : request.startedNanos();
    return new RestoreTime(start, System.currentTimeMillis() - (now - start) / MILLIS);
  }

  /** null: none. */
  static RestoreTime last() {
    return last;
  }

  static void setLast(RestoreTime time) {
    last = time;
  }

  /** {@code System.nanoTime()} of the beginning. */
  public long nanos() {
    return nanos;
  }

  /** Milliseconds since 1970. */
  long millis() {
    return millis;
  }

  /** Milliseconds since it began; -1: this process was not restored. */
  public static long uptimeMillis() {
    RestoreTime time = last;
    return time == null ? -1 : (System.nanoTime() - time.nanos) / MILLIS;
  }

  /** When it began, in milliseconds since 1970; -1: this process was not restored. */
  public static long startMillis() {
    RestoreTime time = last;
    return time == null ? -1 : time.millis;
  }
}
