package crjvm.agent.randomness;

import crjvm.agent.hook.TrackedObjects;
import crjvm.agent.hook.random.TrackingHooks;
import crjvm.agent.os.jna.NativeRandom;
import java.io.IOException;
import java.util.List;

/**
 * New seeds for all generators that made their own, so that no two processes of one image make the
 * same numbers. Generators with a seed of the application continue unchanged.
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
   * @param selfSeeded the objects to reseed
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

  /** Finds the threads and objects. The process must not make or drop any more. */
  public void prepare() throws ReflectiveOperationException {
    living = threads.living();
    owners = selfSeeded.living();
  }

  public void release() {
    living = List.of();
    owners = List.of();
  }

  /**
   * Reseeds the threads and objects that were found. No other thread may use them meanwhile.
   *
   * @return the number of objects with new seeds, without the threads and the JDK's own counters
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
