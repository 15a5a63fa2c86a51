package crjvm.agent.hook.resource;

import crjvm.agent.hook.ConstructionHook;
import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.Tracking;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** All hooks that track the objects that open connections, and connection pools. */
public final class ConnectionHooks {
  private static final String HOLDER = "java/util/CrjvmConnections";

  private ConnectionHooks() {}

  /**
   * @param pools names of classes whose objects are tracked from their construction on
   * @param tracked receives these objects and the sockets
   * @param failures receives the reason of a failure, now or later
   */
  public static void addTo(
      PointTransformer transformer,
      Collection<String> pools,
      Set<Object> tracked,
      Consumer<String> failures) {
    new Tracking(HOLDER, List.of(new SocketHook(), new ConstructionHook(pools)))
        .addTo(transformer, tracked, failures);
  }
}
