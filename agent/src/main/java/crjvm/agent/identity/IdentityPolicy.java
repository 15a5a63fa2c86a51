package crjvm.agent.identity;

/** The reaction to values that copies of an image would share: the option {@code identity}. */
public enum IdentityPolicy {
  /** One line names the generators of random numbers, and one the values of libraries. */
  WARN,
  /**
   * In addition, one line names each field of the application that seems to hold a value of this
   * kind.
   */
  LIST,
  /** The checkpoint fails. */
  FAIL,
  /** Nothing is reported. Values that can be renewed are still renewed. */
  IGNORE
}
