package crjvm.agent.randomness;

import crjvm.agent.hook.TrackedObjects;
import crjvm.agent.hook.TrackingHooks;
import crjvm.agent.message.Failure;
import java.lang.instrument.Instrumentation;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.Map;

/** From the start of the JVM on: who makes its own seed. For every restore: new ones. */
public final class Randomness {
  private final TrackedObjects selfSeeded = new TrackedObjects();
  private final TrackingHooks hooks = new TrackingHooks();

  private Randomness() {}

  /** Needs the JDK's packages to be open. What went wrong is said by {@link #check}. */
  public static Randomness track(Instrumentation instrumentation) {
    Randomness randomness = new Randomness();
    randomness.hooks.install(instrumentation, randomness.selfSeeded);
    return randomness;
  }

  /**
   * @throws Failure something would repeat in every copy
   */
  public void check() throws Failure {
    hooks.check();
  }

  /**
   * The generators whose numbers copies may have in common, as far as they are known: the names of
   * classes, and how many objects there are of each.
   */
  public Map<String, Integer> unknown() throws ReflectiveOperationException {
    return new ProviderSecrets().unknown(selfSeeded.living());
  }

  /** Whether it is a generator of another provider than the JDK's, and has a state. */
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
