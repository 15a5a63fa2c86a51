package crjvm.agent.hook.random;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.TrackedField;
import crjvm.agent.hook.TrackingHook;
import crjvm.agent.hook.TrackingPoint;
import crjvm.agent.hook.TrackingPoint.Report;
import java.util.List;

/**
 * A hook that tracks {@code java.util.SplittableRandom}. {@code SplittableRandom()} makes its own
 * seed, and a generator that is split from one is as random as its source.
 */
final class SplittableRandomHook implements TrackingHook {
  private static final String TYPE = "java/util/SplittableRandom";
  private static final String SOURCE = "(Ljava/util/random/RandomGenerator$SplittableGenerator;)";

  @Override
  public List<MethodPoint> points(TrackedField receiver) {
    return List.of(
        new TrackingPoint(receiver, TYPE, TrackingPoint.CONSTRUCTOR, "()", Report.THIS),
        new TrackingPoint(receiver, TYPE, "split", "()", Report.CHILD),
        new TrackingPoint(receiver, TYPE, "split", SOURCE, Report.CHILD_OF_ARGUMENT));
  }
}
