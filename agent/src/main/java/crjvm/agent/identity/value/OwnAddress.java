package crjvm.agent.identity.value;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;

/** The address under which Spring Cloud registers this machine. */
public final class OwnAddress {
  private OwnAddress() {}

  /** Returns the first address of this machine, as Spring Cloud finds it. */
  public static String now(String fallback) throws SocketException {
    NetworkInterface first = null;
    String address = fallback;
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      if (each.isUp() && (first == null || each.getIndex() < first.getIndex())) {
        for (InetAddress own : Collections.list(each.getInetAddresses())) {
          if (own instanceof Inet4Address && !own.isLoopbackAddress()) {
            first = each;
            address = own.getHostAddress();
          }
        }
      }
    }
    return address;
  }
}
