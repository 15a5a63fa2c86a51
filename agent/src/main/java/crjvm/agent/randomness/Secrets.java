package crjvm.agent.randomness;

import java.io.IOException;

/**
 * One kind of secret, which has to be replaced because a restored process would share it with the
 * other copies.
 */
interface Secrets {
  /**
   * Replaces the secrets of an object.
   *
   * @return false if the object has no secrets of this kind
   */
  boolean renew(Object owner, Entropy entropy) throws ReflectiveOperationException, IOException;
}
