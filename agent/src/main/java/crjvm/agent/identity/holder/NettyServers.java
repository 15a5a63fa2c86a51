package crjvm.agent.identity.holder;

import crjvm.agent.library.Members;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/** The machine's name servers, which Netty's own code reads from {@code /etc/resolv.conf}. */
final class NettyServers {
  static final String PACKAGE = "io.netty.resolver.dns.";

  /** The class of Netty's lists of name servers. */
  static final String ADDRESSES = PACKAGE + "DnsServerAddresses";

  private static final String FILE = "/etc/resolv.conf";

  private final Constructor<?> reader;
  private final Method stream;
  private final Method size;
  private final Method next;
  private final Method sequential;
  private final Method rotational;

  /**
   * @param loader the class loader of Netty
   */
  NettyServers(ClassLoader loader) throws ReflectiveOperationException {
    Class<?> provider =
        Class.forName(PACKAGE + "UnixResolverDnsServerAddressStreamProvider", false, loader);
    reader = provider.getConstructor(String.class, String.class);
    stream = Members.method(provider, "nameServerAddressStream", String.class);
    Class<?> streams = Class.forName(PACKAGE + "DnsServerAddressStream", false, loader);
    size = Members.method(streams, "size");
    next = Members.method(streams, "next");
    Class<?> addresses = Class.forName(ADDRESSES, false, loader);
    sequential = Members.method(addresses, "sequential", Iterable.class);
    rotational = Members.method(addresses, "rotational", Iterable.class);
  }

  /** Returns the addresses of the servers, or nothing if the file has none or can't be read. */
  List<Object> read() throws Exception {
    List<Object> servers = new ArrayList<>();
    Object provider;
    try {
      provider = reader.newInstance(FILE, null);
    } catch (InvocationTargetException e) { // Netty goes on without the file, too.
      return servers;
    }
    Object all = Members.call(provider, stream, "");
    for (int left = (Integer) Members.call(all, size); left > 0; left--) {
      servers.add(Members.call(all, next));
    }
    return servers;
  }

  /** Returns an object of Netty's that has these servers. */
  Object addresses(List<Object> servers, boolean areRotated) throws Exception {
    return Members.call(null, areRotated ? rotational : sequential, servers);
  }
}
