package crjvm.agent.restore;

/**
 * One thing that a restored process has to learn. Constructors look everything up, so that a JDK
 * that lacks it is found out before the checkpoint; {@link #apply} only acts.
 */
interface RestoreStep {
  /** For messages. */
  String name();

  void apply(RestoreRequest request) throws Throwable;

  /** What {@link #apply} does only where something differs, for rehearsals: changes nothing. */
  default void rehearse() throws Throwable {}
}
