package crjvm.agent.restore;

import crjvm.agent.os.jdk.JdkInside;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The step that clears the JDK's caches of names and addresses. The JDK keeps this machine's name
 * for five seconds, other names for thirty seconds or forever, and also names that it has not
 * found. All of them may be different where an image is restored.
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
  public Supplier<String> apply(RestoreMessage message) throws ReflectiveOperationException {
    int count = addresses.size();
    localHost.set(null, null);
    addresses.clear();
    expiring.clear();
    return count == 0 ? NOTHING : () -> count + " forgotten";
  }
}
