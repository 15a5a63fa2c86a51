package crjvm.agent.hook;

import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Receives the objects that {@link TrackingPoint}s report, in the application's threads. The JDK's
 * classes can't see this class and use it as a plain {@code BiConsumer}.
 */
final class Tracker implements BiConsumer<Object, Object> {
  private final Set<Object> tracked;

  Tracker(Set<Object> tracked) {
    this.tracked = tracked;
  }

  /**
   * Tracks an object, or no longer tracks it. A failure never reaches the application.
   *
   * @param origin the object itself if it has to be tracked; the object that it comes from if it
   *     has to be tracked only together with that one; null if it must not be tracked any more
   */
  @Override
  public void accept(Object object, Object origin) {
    try {
      if (origin == null) {
        tracked.remove(object);
      } else if (origin == object || tracked.contains(origin)) {
        tracked.add(object);
      }
    } catch (Throwable e) {
      // The object stays unknown.
    }
  }
}
