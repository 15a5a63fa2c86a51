package crjvm.agent.secret;

/** What is to become of a checkpoint that would hold secrets: the option {@code secrets}. */
public enum SecretPolicy {
  /** One line names them. */
  WARN,
  /** No image. */
  FAIL,
  /** Nobody looks. */
  IGNORE
}
