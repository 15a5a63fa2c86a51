package crjvm.agent.hook;

import java.util.List;

/** A hook that tracks objects of one kind. */
public interface TrackingHook {
  /**
   * Returns the methods that report objects. A class that this JDK lacks is simply never loaded.
   *
   * @param receiver the field with the object that receives the reports
   */
  List<MethodPoint> points(TrackedField receiver);
}
