package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.FieldChange;
import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The machine's name servers as Netty's resolver knows them, and their cached answers. The resolver
 * reads {@code /etc/resolv.conf} every five minutes.
 */
public final class NettyResolvers implements Holder {
  private static final String PACKAGE = "io.netty.resolver.dns.";
  private static final String RESOLVER = PACKAGE + "DnsNameResolver";
  private static final String DEFAULTS =
      PACKAGE + "DnsServerAddressStreamProviders$DefaultProviderHolder";

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
    return Map.of(DEFAULTS, List.of());
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    if (owner instanceof Class<?> type) {
      Object defaults = Members.field(type, "DEFAULT_DNS_SERVER_ADDRESS_STREAM_PROVIDER").get(null);
      if (Members.hasField(defaults, "lastRefresh")) {
        found.add(new Expiry((AtomicLong) Members.get(defaults, "lastRefresh")));
      }
      return;
    }
    for (String name : CACHES) {
      Object cache = Members.get(owner, name);
      found.add(new Clearing(cache, Members.method(cache.getClass(), "clear")));
    }
    MutableField servers =
        new MutableField(Members.field(owner.getClass(), "queryDnsServerAddressStream"));
    Object ofThreads = servers.get(owner);
    if (Members.hasField(ofThreads, "threadLocal")) {
      Object provider = Members.get(ofThreads, "dnsServerAddressStreamProvider");
      Constructor<?> maker = maker(ofThreads.getClass());
      found.add(new FieldChange(owner, servers, entropy -> Members.make(maker, provider)));
    }
  }

  private static Constructor<?> maker(Class<?> type) throws NoSuchMethodException {
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (constructor.getParameterCount() == 1) {
        constructor.setAccessible(true);
        return constructor;
      }
    }
    throw new NoSuchMethodException(type.getName());
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
}
