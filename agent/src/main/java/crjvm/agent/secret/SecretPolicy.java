package crjvm.agent.secret;

/** The reaction to secrets that an image would contain: the option {@code secrets}. */
public enum SecretPolicy {
  /** One message names the secrets. */
  WARN,
  /** The checkpoint fails. */
  FAIL,
  /** There is no search for secrets. */
  IGNORE
}
