package crjvm.agent.hook.random;

import crjvm.agent.hook.MethodPoint;
import crjvm.agent.hook.OwnField;
import crjvm.agent.hook.TrackedField;
import crjvm.agent.hook.TrackingHook;
import crjvm.agent.hook.TrackingPoint;
import crjvm.agent.hook.TrackingPoint.Report;
import java.util.List;

/**
 * A hook that tracks {@code SHA1PRNG} by its implementation. A generator that must return bytes
 * before it has got a seed makes its own. Only the JDK uses the constructor with a seed, for the
 * generator that seeds all others.
 */
final class Sha1PrngHook implements TrackingHook {
  private static final String TYPE = "sun/security/provider/SecureRandom";

  @Override
  public List<MethodPoint> points(TrackedField receiver) {
    OwnField state = new OwnField("state", "[B");
    return List.of(
        new TrackingPoint(receiver, TYPE, TrackingPoint.CONSTRUCTOR, "([B)", Report.THIS),
        new SelfSeedingPoint(receiver, TYPE, "engineNextBytes", "([B)", state, false));
  }
}
