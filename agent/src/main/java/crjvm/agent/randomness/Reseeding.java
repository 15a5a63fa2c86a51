package crjvm.agent.randomness;

import crjvm.agent.hook.TrackedObjects;
import crjvm.agent.hook.TrackingHooks;
import crjvm.agent.os.NativeRandom;
import java.io.IOException;
import java.util.List;

/**
 * New seeds for everything that made its own, so that no two processes of one image say the same.
 * What the application seeded goes on as it was.
 */
public final class Reseeding {
  private static final int NATIVE_SEED = 64;

  private final TrackedObjects selfSeeded;
  private final Entropy entropy = new Entropy();
  private final List<NativeRandom> natives;
  private final Seeders seeders;
  private final ThreadSecrets threads;
  private final List<Secrets> kinds;
  private List<Thread> living = List.of();
  private List<Object> owners = List.of();

  /**
   * Finds everything that will be needed.
   *
   * @param selfSeeded the objects to care for
   */
  Reseeding(TrackedObjects selfSeeded) throws ReflectiveOperationException {
    this.selfSeeded = selfSeeded;
    natives = NativeRandom.inThisProcess();
    seeders = new Seeders(TrackingHooks.algorithms());
    threads = new ThreadSecrets();
    kinds =
        List.of(
            new ProviderSecrets(), // before its superclass
            new RandomSecrets(selfSeeded),
            new GeneratorSecrets(),
            new SecureRandomSecrets(),
            new TlsSecrets());
  }

  /** Finds whom there is, in a process where nobody comes or goes any more. */
  public void prepare() throws ReflectiveOperationException {
    living = threads.living();
    owners = selfSeeded.living();
  }

  public void release() {
    living = List.of();
    owners = List.of();
  }

  /**
   * For those that have been found. No other thread may use what is changed.
   *
   * @return how many objects have new seeds; the threads' and the JDK's own ones are not among them
   */
  public int run() throws ReflectiveOperationException, IOException {
    entropy.clear();
    seeders.renew(entropy);
    threads.renew(living, entropy);
    for (NativeRandom random : natives) {
      random.mix(entropy.bytes(NATIVE_SEED));
    }
    for (Object owner : owners) {
      renew(owner);
    }
    return owners.size();
  }

  private void renew(Object owner) throws ReflectiveOperationException, IOException {
    for (Secrets kind : kinds) {
      if (kind.renew(owner, entropy)) {
        return;
      }
    }
    throw new IllegalStateException("no way to renew the seed of a " + owner.getClass().getName());
  }
}
