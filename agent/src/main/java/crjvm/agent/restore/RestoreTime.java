package crjvm.agent.restore;

/** The beginning of the last restore of this process. */
public final class RestoreTime {
  private static final long MILLIS = 1_000_000;

  private static volatile RestoreTime last;

  private final long nanos;
  private final long millis;

  private RestoreTime(long nanos, long millis) {
    this.nanos = nanos;
    this.millis = millis;
  }

  /**
   * Returns the time of the message by the restorer's clock. The launcher began a few milliseconds
   * before.
   */
  static RestoreTime of(RestoreMessage message) {
    long now = System.nanoTime();
    long start = message.startedNanos() == 0 ? now : message.startedNanos();
    return new RestoreTime(start, System.currentTimeMillis() - (now - start) / MILLIS);
  }

  /** Returns the time, or null if there was no restore. */
  static RestoreTime last() {
    return last;
  }

  static void setLast(RestoreTime time) {
    last = time;
  }

  /** Returns {@code System.nanoTime()} at the beginning. */
  public long nanos() {
    return nanos;
  }

  /** Returns the beginning in milliseconds since 1970. */
  long millis() {
    return millis;
  }

  /** Returns the milliseconds since the beginning, or -1 if this process was not restored. */
  public static long uptimeMillis() {
    RestoreTime time = last;
    return time == null ? -1 : (System.nanoTime() - time.nanos) / MILLIS;
  }

  /** Returns the beginning in milliseconds since 1970, or -1 if this process was not restored. */
  public static long startMillis() {
    RestoreTime time = last;
    return time == null ? -1 : time.millis;
  }
}
