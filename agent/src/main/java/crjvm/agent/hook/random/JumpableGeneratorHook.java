package crjvm.agent.hook.random;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.TrackedField;
import crjvm.agent.hook.TrackingHook;
import crjvm.agent.hook.TrackingPoint;
import crjvm.agent.hook.TrackingPoint.Report;
import java.util.ArrayList;
import java.util.List;

/**
 * A hook that tracks the jumpable algorithms of {@code RandomGenerator}. Their constructors without
 * arguments make their own seed, and a copy is as random as its original.
 */
final class JumpableGeneratorHook implements TrackingHook {
  private static final List<String> NAMES = List.of("Xoroshiro128PlusPlus", "Xoshiro256PlusPlus");

  @Override
  public List<MethodPoint> points(TrackedField receiver) {
    List<MethodPoint> points = new ArrayList<>();
    for (String type : types()) {
      points.add(new TrackingPoint(receiver, type, TrackingPoint.CONSTRUCTOR, "()", Report.THIS));
      points.add(new TrackingPoint(receiver, type, "copy", "()", Report.CHILD));
    }
    return points;
  }

  /** Returns the names of the classes, with slashes. */
  static List<String> types() {
    return SplittableGeneratorHook.inBothPackages(NAMES);
  }
}
