package crjvm.agent.identity;

import crjvm.agent.randomness.Entropy;

/** Makes a copy another one, with its threads still stopped. */
interface Renewal {
  /** In a copy. */
  void renew(Entropy entropy) throws Exception;

  /** Does as much of it as changes nothing, and waits for the same locks. */
  void rehearse() throws Exception;
}
