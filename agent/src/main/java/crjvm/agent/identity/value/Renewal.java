package crjvm.agent.identity.value;

import crjvm.agent.randomness.Entropy;

/** The renewal of a value in a copy while the copy's threads are still stopped. */
public interface Renewal {
  /** Renews the value in a copy. */
  void renew(Entropy entropy) throws Exception;

  /** Runs the parts of the renewal that have no effect, and waits for the same locks. */
  void rehearse() throws Exception;
}
