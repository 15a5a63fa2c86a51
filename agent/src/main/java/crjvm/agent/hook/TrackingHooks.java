package crjvm.agent.hook;

import crjvm.agent.message.Failure;
import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/** All hooks that track who made its own seed. Each of them is mandatory for a checkpoint. */
public final class TrackingHooks {
  private static final String FIELD = "java.util.CrjvmSelfSeeded";
  private static final List<TrackingHook> HOOKS =
      List.of(
          new RandomHook(),
          new SplittableRandomHook(),
          new SplittableGeneratorHook(),
          new JumpableGeneratorHook(),
          new Sha1PrngHook(),
          new DrbgHook(),
          new NativePrngHook(),
          new SecureRandomHook(),
          new TlsSessionsHook());

  private static final List<TrackingHook> ALGORITHMS =
      List.of(new SplittableGeneratorHook(), new JumpableGeneratorHook());

  private final List<String> failures = new CopyOnWriteArrayList<>();

  /**
   * Classes that are loaded already are changed, too; their objects that exist already stay
   * unknown.
   *
   * @param tracked where the objects go
   */
  public void install(Instrumentation instrumentation, Set<Object> tracked) {
    ThreadLocalRandom.current(); // the set needs it, and its initialiser makes a Random
    new Tracking(HOOKS, failures::add).install(instrumentation, FIELD, tracked);
  }

  /** The names of classes that are algorithms of {@code RandomGenerator}. */
  public static List<String> algorithms() {
    List<String> names = new ArrayList<>();
    ALGORITHMS.forEach(hook -> names.addAll(hook.classNames()));
    return names;
  }

  /**
   * @throws Failure one of them could not be installed
   */
  public void check() throws Failure {
    if (!failures.isEmpty()) {
      throw new Failure(
          "checkpoint failed",
          "this JDK's random numbers would repeat in every copy: " + failures.get(0),
          "use a JDK that docs/compatibility.md lists, or the option reseed=off if that is no harm");
    }
  }
}
