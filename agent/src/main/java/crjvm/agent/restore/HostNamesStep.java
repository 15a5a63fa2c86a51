package crjvm.agent.restore;

import crjvm.agent.os.JdkInside;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The JDK's caches of names and addresses: this machine's own, which it keeps for five seconds, and
 * those of others, which it keeps for thirty or for ever, and names that it has not found. All may
 * be other ones where an image is restored.
 */
final class HostNamesStep implements RestoreStep {
  private final Field localHost;
  private final Map<?, ?> addresses;
  private final Collection<?> expiring;

  HostNamesStep() throws ReflectiveOperationException {
    localHost = JdkInside.field(InetAddress.class, "cachedLocalHost");
    addresses = (Map<?, ?>) JdkInside.field(InetAddress.class, "cache").get(null);
    expiring = (Collection<?>) JdkInside.field(InetAddress.class, "expirySet").get(null);
  }

  @Override
  public String name() {
    return "host names";
  }

  @Override
  public Supplier<String> apply(RestoreRequest request) throws ReflectiveOperationException {
    int count = addresses.size();
    localHost.set(null, null);
    addresses.clear();
    expiring.clear();
    return count == 0 ? NOTHING : () -> count + " forgotten";
  }
}
