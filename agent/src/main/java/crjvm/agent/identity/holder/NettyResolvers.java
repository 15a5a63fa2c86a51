package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The machine's name servers as Netty's resolver knows them, its other settings, and cached
 * answers. The resolver reads the name servers from {@code /etc/resolv.conf} every five minutes.
 */
public final class NettyResolvers implements Holder {
  private static final String PACKAGE = NettyServers.PACKAGE;
  private static final String RESOLVER = NettySettings.RESOLVER;
  private static final String DEFAULTS =
      PACKAGE + "DnsServerAddressStreamProviders$DefaultProviderHolder";

  private static final String SERVERS = PACKAGE + "DefaultDnsServerAddressStreamProvider";
  private static final String SERVER_LIST = "DEFAULT_NAME_SERVER_LIST";
  private static final String SERVER_ADDRESSES = "DEFAULT_NAME_SERVERS";

  private static final List<String> CACHES =
      List.of("resolveCache", "cnameCache", "authoritativeDnsServerCache");

  /** An age at which the resolver reads the file again, which it does after five minutes. */
  private static final long LONG_AGO = TimeUnit.MINUTES.toNanos(10);

  @Override
  public List<String> objects() {
    return List.of(RESOLVER);
  }

  @Override
  public Map<String, List<String>> statics() {
    return Map.of(
        DEFAULTS, List.of(),
        RESOLVER, List.of(NettySettings.DOMAINS, NettySettings.OPTIONS),
        SERVERS, List.of(SERVER_LIST, SERVER_ADDRESSES));
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (owner instanceof Class<?> type) {
      switch (type.getName()) {
        case DEFAULTS -> lookAtDefaults(type, found);
        case SERVERS -> lookAtServers(type, found);
        default -> NettySettings.addDefaults(type, found);
      }
      return;
    }
    for (String name : CACHES) {
      Object cache = Members.get(owner, name);
      found.add(new Clearing(cache, Members.method(cache.getClass(), "clear")));
    }
    forgetServers(Members.get(owner, "queryDnsServerAddressStream"), found);
    NettySettings.addResolver(owner, found);
  }

  private static void lookAtDefaults(Class<?> type, Found found)
      throws ReflectiveOperationException {
    Object defaults = Members.field(type, "DEFAULT_DNS_SERVER_ADDRESS_STREAM_PROVIDER").get(null);
    if (Members.hasField(defaults, "lastRefresh")) {
      found.add(new Expiry((AtomicLong) Members.get(defaults, "lastRefresh")));
    }
  }

  /** Renews the servers that Vert.x copies, and that some resolvers ask. */
  private static void lookAtServers(Class<?> type, Found found)
      throws ReflectiveOperationException {
    if (Modifier.isFinal(Members.field(type, SERVER_LIST).getModifiers())) {
      found.share("the name servers of " + SERVERS); // loaded before the agent
      return;
    }
    found.add(
        new Servers(
            new MutableField(Members.field(type, SERVER_LIST)),
            new MutableField(Members.field(type, SERVER_ADDRESSES)),
            new NettyServers(type.getClassLoader())));
  }

  /**
   * Makes all threads ask the provider for its servers again. Netty and Vert.x 5 have classes of
   * the same shape that keep the servers in a variable of each thread. Resolvers may share such an
   * object.
   */
  private static void forgetServers(Object stream, Found found)
      throws ReflectiveOperationException {
    if (Members.hasField(stream, "threadLocal") && found.isFirst(stream)) {
      MutableField variable = new MutableField(Members.field(stream.getClass(), "threadLocal"));
      Class<?> type = variable.get(stream).getClass(); // an inner class
      Constructor<?> maker = type.getDeclaredConstructor(stream.getClass());
      maker.setAccessible(true);
      found.add(new FieldChange(stream, variable, entropy -> Members.make(maker, stream)));
    }
  }

  private record Expiry(AtomicLong last) implements Renewal {
    @Override
    public void renew(Entropy entropy) {
      last.set(System.nanoTime() - LONG_AGO);
    }

    @Override
    public void rehearse() {
      last.get();
    }
  }

  private record Clearing(Object cache, Method clear) implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      Members.call(cache, clear);
    }

    @Override
    public void rehearse() {} // The rehearsal keeps the cache, because the application needs it.
  }

  /** The change of the default servers to those of the machine. If it has none, they stay. */
  private record Servers(MutableField list, MutableField addresses, NettyServers machine)
      implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      List<Object> now = machine.read();
      if (!now.isEmpty()) {
        list.set(null, Collections.unmodifiableList(now));
        addresses.set(null, machine.addresses(now, false));
      }
    }

    @Override
    public void rehearse() throws Exception {
      List<Object> now = machine.read();
      if (!now.isEmpty()) {
        machine.addresses(now, false);
      }
      list.set(null, list.get(null));
      addresses.set(null, addresses.get(null));
    }
  }
}
