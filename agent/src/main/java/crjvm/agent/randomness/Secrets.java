package crjvm.agent.randomness;

import java.io.IOException;

/** One kind of secret: how to replace those that a restored process shares with its twins. */
interface Secrets {
  /**
   * Replaces those of an object.
   *
   * @return false: it has none of this kind
   */
  boolean renew(Object owner, Entropy entropy) throws ReflectiveOperationException, IOException;
}
