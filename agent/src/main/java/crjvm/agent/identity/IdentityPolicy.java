package crjvm.agent.identity;

/**
 * Decides about a checkpoint whose copies would be taken for each other: the option {@code
 * identity}.
 */
public enum IdentityPolicy {
  /** One line for each kind of thing that copies would have in common. */
  WARN,
  /** The same, and a line for each field of the application that looks like such a thing. */
  LIST,
  /** There is no image. */
  FAIL,
  /** Nobody says anything; what can be renewed is. */
  IGNORE
}
