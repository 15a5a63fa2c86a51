package crjvm.agent.hook;

import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The installation of hooks that report objects to one receiver, mostly a set. */
public final class Tracking {
  private final TrackedField receiver;
  private final List<MethodPoint> points = new ArrayList<>();

  /**
   * @param holder the name of the class that will hold the receiver of the reports, with slashes
   */
  public Tracking(String holder, List<? extends TrackingHook> hooks) {
    receiver = new TrackedField(holder, BiConsumer.class);
    for (TrackingHook hook : hooks) {
      points.addAll(hook.points(receiver));
    }
  }

  /**
   * Installs the hooks. JDK classes that are already loaded are changed, too.
   *
   * @param tracked receives the objects
   * @param failures receives the reason of a failure, now or when a class is loaded
   */
  public void install(
      Instrumentation instrumentation, Set<Object> tracked, Consumer<String> failures) {
    install(instrumentation, new Tracker(tracked), failures);
  }

  /**
   * Installs the hooks with another receiver than a set.
   *
   * @param reports receives each object, and where it comes from as in {@link Tracker#accept}. It
   *     must throw no exception
   */
  public void install(
      Instrumentation instrumentation,
      BiConsumer<Object, Object> reports,
      Consumer<String> failures) {
    new PointTransformer(points, failures).install(instrumentation, Map.of(receiver, reports));
  }
}
