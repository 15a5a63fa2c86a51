package crjvm.agent.randomness;

import crjvm.agent.hook.TrackingHooks;
import crjvm.agent.message.Failure;
import java.lang.instrument.Instrumentation;

/** From the start of the JVM on: who makes its own seed. For every restore: new ones. */
public final class Randomness {
  private final SelfSeeded selfSeeded = new SelfSeeded();
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

  /** Finds everything that new seeds will need. */
  public Reseeding reseeding() throws ReflectiveOperationException {
    return new Reseeding(selfSeeded);
  }
}
