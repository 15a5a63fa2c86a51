package crjvm.agent.policy;

/** What becomes of a descriptor in restored processes. */
public enum Action {
  /** No image is made. */
  ERROR,
  /** As it is without a policy: restored as docs/descriptors.md says. */
  KEEP,
  /** Can't be used any more; its number stays taken. */
  CLOSE
}
