package crjvm.agent.restore;

import java.util.function.Supplier;

/**
 * One thing that a restored process has to learn. Constructors look everything up, so that a JDK
 * that lacks it is found out before the checkpoint; {@link #apply} only acts.
 */
interface RestoreStep {
  /** What {@link #apply} returns when it had nothing to do. */
  Supplier<String> NOTHING = () -> "";

  /** For messages. */
  String name();

  /**
   * Does it.
   *
   * @return what has changed, in one line for {@code --verbose}; asked for only then, when the
   *     application runs already. Without values that may be secrets
   */
  Supplier<String> apply(RestoreRequest request) throws Throwable;

  /**
   * With the gate closed: finds what {@link #apply} will need, as nothing changes until the
   * restore.
   */
  default void prepare() throws Throwable {}

  /** Keeps nothing of that: there will be another checkpoint, or none. */
  default void release() {}

  /** What {@link #apply} does only where something differs, for rehearsals: changes nothing. */
  default void rehearse() throws Throwable {}

  /** Whether it changes what threads of the application may be using without a lock. */
  default boolean needsGate() {
    return false;
  }
}
