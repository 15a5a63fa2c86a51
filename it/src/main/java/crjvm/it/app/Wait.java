package crjvm.it.app;

/** Something that returns after a time. */
interface Wait {
  /** By which clock the time counts. */
  enum Clock {
    /** The monotonic one, which a restore continues. */
    CONTINUED,
    /** The time of day, which is the machine's. */
    WALL;

    long nanos() {
      // Both through the JDK: that the clocks of native code agree is tested otherwise.
      return this == CONTINUED ? System.nanoTime() : System.currentTimeMillis() * 1_000_000;
    }
  }

  void run(long nanos) throws Exception;
}
