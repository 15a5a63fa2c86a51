package crjvm.it.app;

/** A call that returns after a time. */
interface Wait {
  /** The clock that a wait uses. */
  enum Clock {
    /** The monotonic clock, which a restore continues. */
    CONTINUED,
    /** The time of day, which is the machine's. */
    WALL;

    long nanos() {
      // Both values come through the JDK. Another test shows that the clocks of native code agree.
      return this == CONTINUED ? System.nanoTime() : System.currentTimeMillis() * 1_000_000;
    }
  }

  void run(long nanos) throws Exception;
}
