package crjvm.agent.hook;

import java.lang.instrument.Instrumentation;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Hooks into classes of libraries that have something of which each process should have its own.
 */
public final class IdentityHooks {
  private static final String FIELD = "java.util.CrjvmIdentities";

  private IdentityHooks() {}

  /**
   * @param made classes whose objects are tracked from their construction on
   * @param statics classes, and their static fields that are to be no constants any more
   * @param tracked where the objects go
   * @param failures gets what went wrong, now or when a class is loaded
   */
  public static void install(
      Instrumentation instrumentation,
      Collection<String> made,
      Map<String, List<String>> statics,
      Set<Object> tracked,
      Consumer<String> failures) {
    instrumentation.addTransformer(new ConstantsTransformer(statics, failures));
    new Tracking(List.of(new ConstructionHook(List.copyOf(made))), failures)
        .install(instrumentation, FIELD, tracked);
  }
}
