package crjvm.agent.restore;

import java.util.function.Supplier;

/**
 * One step of the restore work. Its constructor looks up everything, so that a missing piece of the
 * JDK is noticed before the checkpoint. {@link #apply} only acts.
 */
interface RestoreStep {
  /** The value that {@link #apply} returns if it had nothing to do. */
  Supplier<String> NOTHING = () -> "";

  /** Returns the name for messages. */
  String name();

  /**
   * Runs the step.
   *
   * @return the change in one line for {@code --verbose}, without values that may be secrets. It is
   *     requested only for that option, when the application runs already
   */
  Supplier<String> apply(RestoreMessage message) throws Throwable;

  /**
   * Finds everything that {@link #apply} will need. The gate is closed, so nothing changes until
   * the restore.
   */
  default void prepare() throws Throwable {}

  /** Releases everything that was prepared, because there will be another checkpoint or none. */
  default void release() {}

  /** Rehearses the code that {@link #apply} runs only if a value differs. It changes nothing. */
  default void rehearse() throws Throwable {}

  /**
   * Does what the step can only do when the application's threads run again. A restored process
   * calls it once, and no rehearsal does.
   */
  default void afterGate() throws Throwable {}

  /**
   * Returns whether the step changes data that the application's threads may use without a lock.
   */
  default boolean needsGate() {
    return false;
  }
}
