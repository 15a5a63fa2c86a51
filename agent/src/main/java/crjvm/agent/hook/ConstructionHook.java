package crjvm.agent.hook;

import crjvm.agent.hook.TrackingPoint.Report;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A hook that tracks objects of the application's libraries as soon as they are constructed. */
public final class ConstructionHook implements TrackingHook {
  private final List<String> classNames;

  public ConstructionHook(Collection<String> classNames) {
    this.classNames = List.copyOf(classNames);
  }

  @Override
  public List<MethodPoint> points(TrackedField receiver) {
    List<MethodPoint> points = new ArrayList<>();
    for (String name : classNames) {
      String type = name.replace('.', '/');
      points.add(new TrackingPoint(receiver, type, TrackingPoint.CONSTRUCTOR, "(", Report.THIS));
    }
    return points;
  }
}
