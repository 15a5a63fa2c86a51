package crjvm.it.app;

/** Something that a JVM must be able to do after a restore as well as before the checkpoint. */
interface Exercise {
  /** Sets up state that has to survive. It is called once, when the application starts. */
  default void prepare() throws Exception {}

  /**
   * Uses the JVM and the prepared state. It is called before the checkpoint and after every
   * restore. Any exception is a failure. It returns a text for the log.
   */
  String run() throws Exception;

  /** Throws an exception when a condition does not hold. */
  static void check(boolean condition, String otherwise, Object... values) {
    if (!condition) {
      throw new IllegalStateException(String.format(otherwise, values));
    }
  }
}
