package crjvm.agent.identity;

import crjvm.agent.randomness.Entropy;
import java.util.List;

/** Everything that a restore renews in libraries. */
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

  /** Finds what there is, in a process where nothing comes or goes any more. */
  public void prepare() {
    found = identities.look(classes).renewals();
  }

  public void release() {
    found = List.of();
  }

  /**
   * For what has been found. No other thread may use it.
   *
   * @param isReal false: as much of it as changes nothing
   * @return how many things there are
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
