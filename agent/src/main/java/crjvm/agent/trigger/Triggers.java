package crjvm.agent.trigger;

import crjvm.agent.options.WarmPoint;
import crjvm.agent.session.Attempts;
import crjvm.agent.session.CacheEntry;
import crjvm.agent.session.Prepared;
import java.util.Optional;

/** The triggers by their warm points. */
public final class Triggers {
  private Triggers() {}

  /**
   * Makes the trigger for the warm point in the options.
   *
   * @param entry the entry of the launcher's cache that the image belongs to
   */
  public static Trigger of(Attempts attempts, Prepared prepared, Optional<CacheEntry> entry) {
    WarmPoint point = prepared.options().moment().point();
    String text = prepared.options().moment().text();
    if (point instanceof WarmPoint.Method method) {
      return new MethodTrigger(text, method, attempts, prepared.instrumentation());
    } else if (point instanceof WarmPoint.Main) {
      return new MainTrigger(text, attempts, prepared.instrumentation());
    } else if (point instanceof WarmPoint.Launch) {
      return new LaunchTrigger(attempts, prepared, entry);
    } else if (point instanceof WarmPoint.Auto) {
      return new AutoTrigger(attempts, prepared, entry);
    } else if (point instanceof WarmPoint.Api) {
      return new ApiTrigger(text, attempts);
    }
    return new WatchTrigger(text, attempts);
  }
}
