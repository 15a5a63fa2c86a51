package crjvm.agent.hook;

import crjvm.agent.message.Failure;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import net.bytebuddy.asm.Advice;

/** All hooks that track who made its own seed. Each of them is mandatory for a checkpoint. */
public final class TrackingHooks {
  private static final List<TrackingHook> HOOKS =
      List.of(
          new RandomHook(),
          new SplittableRandomHook(),
          new SplittableGeneratorHook(),
          new JumpableGeneratorHook(),
          new Sha1PrngHook(),
          new DrbgHook(),
          new NativePrngHook(),
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
    try {
      Field field = TrackedField.define(tracked);
      Advice.WithCustomMapping advice =
          Advice.withCustomMapping().bind(TrackedField.Tracked.class, field);
      Map<String, AdviceTransformer.Work> works = new HashMap<>();
      for (TrackingHook hook : HOOKS) {
        for (String name : hook.classNames()) {
          works.put(name, new Tracking(name, hook, advice));
        }
      }
      instrumentation.addTransformer(new AdviceTransformer(works), true);
      changeLoaded(instrumentation, works.keySet());
    } catch (ReflectiveOperationException | UnmodifiableClassException | RuntimeException e) {
      failures.add("it can't be hooked into (" + e + ")");
    } catch (LinkageError e) {
      failures.add("it can't be hooked into (" + e + "); is the agent there twice?");
    }
  }

  private static void changeLoaded(Instrumentation instrumentation, Set<String> names)
      throws UnmodifiableClassException {
    List<Class<?>> loaded = new ArrayList<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (names.contains(type.getName()) && type.getModule().isNamed()) {
        loaded.add(type);
      }
    }
    if (!loaded.isEmpty()) {
      instrumentation.retransformClasses(loaded.toArray(new Class<?>[0]));
    }
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
          "use a HotSpot JDK from 17 to 25, or the option reseed=off if that is no harm");
    }
  }

  private final class Tracking implements AdviceTransformer.Work {
    private final String className;
    private final TrackingHook hook;
    private final Advice.WithCustomMapping advice;

    Tracking(String className, TrackingHook hook, Advice.WithCustomMapping advice) {
      this.className = className;
      this.hook = hook;
      this.advice = advice;
    }

    @Override
    public List<AdviceTransformer.Insertion> insertions() {
      return hook.insertions(advice);
    }

    @Override
    public void giveUp(String why) {
      failures.add("the class \"" + className + "\" " + why);
    }
  }
}
