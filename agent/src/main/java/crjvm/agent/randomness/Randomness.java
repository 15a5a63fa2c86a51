package crjvm.agent.randomness;

import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.TrackedObjects;
import crjvm.agent.hook.random.TrackingHooks;
import crjvm.agent.message.Failure;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.Map;

/**
 * The generators that make their own seed. They are tracked from the start of the JVM on, and get
 * new seeds at every restore.
 */
public final class Randomness {
  private final TrackedObjects selfSeeded = new TrackedObjects();
  private final TrackingHooks hooks = new TrackingHooks();

  private Randomness() {}

  /**
   * Starts to track generators. The JDK's packages have to be open. {@link #check} reports
   * failures.
   */
  public static Randomness track(PointTransformer transformer) {
    Randomness randomness = new Randomness();
    randomness.hooks.addTo(transformer, randomness.selfSeeded);
    return randomness;
  }

  /**
   * Checks that all generators are tracked.
   *
   * @throws Failure random numbers would repeat in every copy
   */
  public void check() throws Failure {
    hooks.check();
  }

  /**
   * Returns the known generators whose numbers copies may share, as names of classes with the
   * number of objects of each. Generators that nobody can use any more don't count. Libraries leave
   * some behind, for example after a test of themselves.
   */
  public Map<String, Integer> unknown() throws ReflectiveOperationException {
    Map<String, Integer> unknown = new ProviderSecrets().unknown(selfSeeded.living());
    if (unknown.isEmpty()) {
      return unknown;
    }
    System.gc();
    return new ProviderSecrets().unknown(selfSeeded.living());
  }

  /** Returns whether the class is a generator of another provider than the JDK, and has a state. */
  public static boolean isOthers(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    boolean isSecure =
        SecureRandom.class.isAssignableFrom(type) || SecureRandomSpi.class.isAssignableFrom(type);
    return isSecure
        && loader != null
        && loader != ClassLoader.getPlatformClassLoader()
        && !ProviderSecrets.isStateless(type);
  }

  /** Finds everything that new seeds will need. */
  public Reseeding reseeding() throws ReflectiveOperationException {
    return new Reseeding(selfSeeded);
  }
}
