package crjvm.agent.hook.identity;

import crjvm.agent.hook.ConstructionHook;
import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.Tracking;
import java.lang.instrument.Instrumentation;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Hooks into classes of libraries whose values identify a process and must differ between
 * processes.
 */
public final class IdentityHooks {
  private static final String HOLDER = "java/util/CrjvmIdentities";

  private IdentityHooks() {}

  /**
   * @param made names of classes whose objects are tracked from their construction on
   * @param statics names of static fields, by their class, that must no longer be constants
   * @param tracked receives the objects
   * @param failures receives the reason of a failure, now or later
   */
  public static void addTo(
      PointTransformer transformer,
      Instrumentation instrumentation,
      Collection<String> made,
      Map<String, List<String>> statics,
      Set<Object> tracked,
      Consumer<String> failures) {
    instrumentation.addTransformer(new ConstantsTransformer(statics, failures));
    new Tracking(HOLDER, List.of(new ConstructionHook(made))).addTo(transformer, tracked, failures);
  }
}
