package crjvm.agent.policy;

/** The treatment of a descriptor in restored processes. */
public enum Action {
  /** The checkpoint fails. */
  ERROR,
  /** The descriptor is restored as docs/descriptors.md says, which is also the default. */
  KEEP,
  /** The descriptor is unusable, and its number stays taken. */
  CLOSE
}
