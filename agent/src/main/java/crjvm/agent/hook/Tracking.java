package crjvm.agent.hook;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Hooks that report objects to one receiver, mostly a set. */
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
   * Adds the hooks.
   *
   * @param tracked receives the objects
   * @param failures receives the reason of a failure, now or later
   */
  public void addTo(PointTransformer transformer, Set<Object> tracked, Consumer<String> failures) {
    addTo(transformer, new Tracker(tracked), failures);
  }

  /**
   * Adds the hooks with another receiver than a set.
   *
   * @param reports receives each object, and where it comes from as in {@link Tracker#accept}. It
   *     must throw no exception
   */
  public void addTo(
      PointTransformer transformer, BiConsumer<Object, Object> reports, Consumer<String> failures) {
    transformer.add(points, Map.of(receiver, reports), failures);
  }
}
