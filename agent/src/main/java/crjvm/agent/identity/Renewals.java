package crjvm.agent.identity;

import crjvm.agent.identity.value.Renewal;
import crjvm.agent.randomness.Entropy;
import java.util.List;

/** All values of libraries that a restore renews. */
public final class Renewals {
  private final Identities identities;
  private final Entropy entropy = new Entropy();
  private final List<Class<?>> classes;
  private List<Renewal> found = List.of();

  /** Prepares what restores of the next image will do. */
  public Renewals(Identities identities) {
    this.identities = identities;
    classes = identities.classes();
  }

  /** Finds all values. The process must not make or drop objects any more. */
  public void prepare() {
    found = identities.look(classes).renewals();
  }

  public void release() {
    found = List.of();
  }

  /**
   * Renews the values that were found. Only one thread may call this.
   *
   * @param isReal false for a rehearsal, which has no effect
   * @return the number of values
   */
  public int run(boolean isReal) throws Exception {
    entropy.clear();
    for (Renewal renewal : found) {
      if (isReal) {
        renewal.renew(entropy);
      } else {
        renewal.rehearse();
      }
    }
    return found.size();
  }
}
