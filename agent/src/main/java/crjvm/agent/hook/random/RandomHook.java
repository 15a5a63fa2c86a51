package crjvm.agent.hook.random;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.TrackedField;
import crjvm.agent.hook.TrackingHook;
import crjvm.agent.hook.TrackingPoint;
import crjvm.agent.hook.TrackingPoint.Report;
import java.util.List;

/**
 * A hook that tracks {@code java.util.Random} and its subclasses. {@code Random()} makes its own
 * seed, and {@code setSeed} takes the application's. The constructor of a subclass calls {@code
 * setSeed}, too, but before {@code Random()} returns.
 */
final class RandomHook implements TrackingHook {
  private static final String TYPE = "java/util/Random";

  @Override
  public List<MethodPoint> points(TrackedField receiver) {
    return List.of(
        new TrackingPoint(receiver, TYPE, TrackingPoint.CONSTRUCTOR, "()", Report.THIS),
        new TrackingPoint(receiver, TYPE, "setSeed", "(J)", Report.SEEDED));
  }
}
