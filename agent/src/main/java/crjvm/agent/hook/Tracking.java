package crjvm.agent.hook;

import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import net.bytebuddy.asm.Advice;

/** The installation of hooks that report objects to one set. */
public final class Tracking {
  private final List<TrackingHook> hooks;
  private final Consumer<String> failures;

  /**
   * @param failures receives the reason of a failure, now or when a class is loaded
   */
  public Tracking(List<TrackingHook> hooks, Consumer<String> failures) {
    this.hooks = hooks;
    this.failures = failures;
  }

  /**
   * Installs the hooks. JDK classes that are already loaded are changed, too.
   *
   * @param field the name of the class that will hold the set
   * @param tracked receives the objects
   */
  public void install(Instrumentation instrumentation, String field, Set<Object> tracked) {
    install(instrumentation, field, Set.class, tracked);
  }

  /**
   * Installs the hooks with an object of another type than a set.
   *
   * @param type a type of the JDK
   */
  public <T> void install(Instrumentation instrumentation, String field, Class<T> type, T tracked) {
    try {
      Advice.WithCustomMapping advice =
          Advice.withCustomMapping()
              .bind(TrackedField.Tracked.class, TrackedField.define(field, type, tracked));
      Map<String, AdviceTransformer.Work> works = new HashMap<>();
      for (TrackingHook hook : hooks) {
        for (String name : hook.classNames()) {
          works.put(name, new HookWork(name, hook, advice));
        }
      }
      instrumentation.addTransformer(new AdviceTransformer(works), true);
      changeLoaded(instrumentation, works.keySet());
    } catch (ReflectiveOperationException | UnmodifiableClassException | RuntimeException e) {
      failures.accept("it can't be hooked into (" + e + ")");
    } catch (LinkageError e) {
      failures.accept("it can't be hooked into (" + e + "); is the agent there twice?");
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

  private final class HookWork implements AdviceTransformer.Work {
    private final String className;
    private final TrackingHook hook;
    private final Advice.WithCustomMapping advice;

    HookWork(String className, TrackingHook hook, Advice.WithCustomMapping advice) {
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
      failures.accept("the class \"" + className + "\" " + why);
    }
  }
}
