package crjvm.agent.hook.random;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.TrackedField;
import crjvm.agent.hook.TrackingHook;
import crjvm.agent.hook.TrackingPoint;
import crjvm.agent.hook.TrackingPoint.Report;
import java.util.ArrayList;
import java.util.List;

/**
 * A hook that tracks the LXM algorithms of {@code RandomGenerator}. Their constructors without
 * arguments make their own seed, and a generator that is split from one of them is as random.
 */
final class SplittableGeneratorHook implements TrackingHook {
  private static final List<String> NAMES =
      List.of(
          "L32X64MixRandom",
          "L64X128MixRandom",
          "L64X128StarStarRandom",
          "L64X256MixRandom",
          "L64X1024MixRandom",
          "L128X128MixRandom",
          "L128X256MixRandom",
          "L128X1024MixRandom");

  private static final String SOURCE = "(Ljava/util/random/RandomGenerator$SplittableGenerator;J)";

  @Override
  public List<MethodPoint> points(TrackedField receiver) {
    List<MethodPoint> points = new ArrayList<>();
    for (String type : types()) {
      points.add(new TrackingPoint(receiver, type, TrackingPoint.CONSTRUCTOR, "()", Report.THIS));
      points.add(new TrackingPoint(receiver, type, "split", SOURCE, Report.CHILD_OF_ARGUMENT));
    }
    return points;
  }

  /** Returns the names of the classes, with slashes. */
  static List<String> types() {
    return inBothPackages(NAMES);
  }

  /**
   * Returns the names in the module jdk.random, and in java.base, which has the classes since JDK
   * 24.
   */
  static List<String> inBothPackages(List<String> names) {
    List<String> classes = new ArrayList<>();
    for (String name : names) {
      classes.add("jdk/random/" + name);
      classes.add("jdk/internal/random/" + name);
    }
    return classes;
  }
}
