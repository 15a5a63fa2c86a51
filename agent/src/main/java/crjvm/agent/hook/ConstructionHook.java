package crjvm.agent.hook;

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
    return classNames.stream()
        .<MethodPoint>map(
            name ->
                new TrackingPoint(
                    receiver,
                    name.replace('.', '/'),
                    TrackingPoint.CONSTRUCTOR,
                    "(",
                    TrackingPoint.Report.THIS))
        .toList();
  }
}
