package crjvm.it.app;

/** Something that a JVM must be able to do after a restore as before. */
interface Exercise {
  /** Sets up state that has to survive; called once, at the application's start. */
  default void prepare() throws Exception {}

  /**
   * Uses the JVM and the prepared state; called before the checkpoint and after every restore. Any
   * exception is a failure. Returns something for the log.
   */
  String run() throws Exception;

  /** Throws when a condition does not hold. */
  static void check(boolean condition, String otherwise, Object... values) {
    if (!condition) {
      throw new IllegalStateException(String.format(otherwise, values));
    }
  }
}
