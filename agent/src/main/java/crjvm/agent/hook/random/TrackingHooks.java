package crjvm.agent.hook.random;

import crjvm.agent.hook.ConstructionHook;
import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.Tracking;
import crjvm.agent.hook.TrackingHook;
import crjvm.agent.message.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;

/**
 * All hooks that track generators that made their own seed. A checkpoint needs every one of them.
 */
public final class TrackingHooks {
  private static final String HOLDER = "java/util/CrjvmSelfSeeded";

  /** The classes all of whose objects are tracked. */
  private static final List<String> CONSTRUCTED =
      List.of(
          // NativePRNG and its variants, by the object that reads ahead in /dev/urandom
          "sun.security.provider.NativePRNG$RandomIO",
          // with its subclasses, of any provider
          "java.security.SecureRandom",
          // TLS contexts, which keep resumable sessions and the keys of session tickets
          "sun.security.ssl.SSLSessionContextImpl");

  private static final List<TrackingHook> HOOKS =
      List.of(
          new RandomHook(),
          new SplittableRandomHook(),
          new SplittableGeneratorHook(),
          new JumpableGeneratorHook(),
          new Sha1PrngHook(),
          new DrbgHook(),
          new ConstructionHook(CONSTRUCTED));

  private final List<String> failures = new CopyOnWriteArrayList<>();

  /**
   * Adds the hooks. Objects that exist before their installation stay unknown.
   *
   * @param tracked receives the objects
   */
  public void addTo(PointTransformer transformer, Set<Object> tracked) {
    ThreadLocalRandom.current(); // Its initialiser makes a Random that need not be tracked.
    new Tracking(HOLDER, HOOKS).addTo(transformer, tracked, failures::add);
  }

  /** Returns the names of the classes that implement algorithms of {@code RandomGenerator}. */
  public static List<String> algorithms() {
    List<String> types = new ArrayList<>(SplittableGeneratorHook.types());
    types.addAll(JumpableGeneratorHook.types());
    return types.stream().map(type -> type.replace('/', '.')).toList();
  }

  /**
   * @throws Failure a hook could not be installed
   */
  public void check() throws Failure {
    if (!failures.isEmpty()) {
      throw new Failure(
          "checkpoint failed",
          "this JDK's random numbers would repeat in every copy: " + failures.get(0),
          "use a JDK that docs/compatibility.md lists, or the option reseed=off if that does no"
              + " harm");
    }
  }
}
