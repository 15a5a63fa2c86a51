package crjvm.agent.hook.random;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.OwnField;
import crjvm.agent.hook.TrackedField;
import crjvm.agent.hook.TrackingHook;
import java.util.List;

/**
 * A hook that tracks {@code DRBG} generators that the application has not seeded. The hook is in
 * their implementation. A generator that gets no entropy as an argument makes its own.
 */
final class DrbgHook implements TrackingHook {
  private static final String TYPE = "sun/security/provider/AbstractDrbg";

  @Override
  public List<MethodPoint> points(TrackedField receiver) {
    OwnField state = new OwnField("instantiated", "Z");
    return List.of(
        new SelfSeedingPoint(receiver, TYPE, "instantiateIfNecessary", "([B)", state, true));
  }
}
