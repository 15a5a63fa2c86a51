package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.ReadChange;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;

/**
 * The name servers and the hosts file of Vert.x's resolvers, where the application has not chosen
 * them. Vert.x copies the addresses from Netty when it is started. Its resolvers share a provider,
 * a lambda expression that keeps them.
 */
public final class VertxResolvers implements Holder {
  /** The class of Vert.x 4. */
  private static final String FOURTH = "io.vertx.core.impl.resolver.DnsResolverProvider";

  /** The class of Vert.x 5, which asks for names with a dot as they are. */
  static final String FIFTH = "io.vertx.core.dns.impl.DnsAddressResolverProvider";

  private static final String OPTIONS = "io.vertx.core.dns.AddressResolverOptions";

  @Override
  public List<String> objects() {
    return List.of(FOURTH, FIFTH);
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Object group = Members.get(owner, "resolverGroup");
    if (group == null) {
      return; // Another thread is just making the object.
    }
    Object options = fieldOfType(group, OPTIONS).get(group);
    List<?> chosen = (List<?>) Members.get(options, "servers");
    if (chosen == null || chosen.isEmpty()) {
      found.add(servers(owner, group, (Boolean) Members.get(options, "rotateServers")));
    }
    if (Members.get(owner, "hostsPath") == null && Members.get(owner, "hostsValue") == null) {
      MutableField hosts = new MutableField(Members.field(owner.getClass(), "parsedHostsFile"));
      ClassLoader loader = hosts.get(owner).getClass().getClassLoader();
      Class<?> parser = Class.forName("io.netty.resolver.HostsFileParser", false, loader);
      Method parse = Members.method(parser, "parseSilently");
      found.add(new ReadChange(owner, hosts, () -> Members.call(null, parse)));
    }
  }

  @SuppressWarnings("unchecked")
  private static Servers servers(Object owner, Object group, boolean areRotated)
      throws ReflectiveOperationException {
    Object builder = Members.get(group, "dnsResolverBuilder");
    Object provider = Members.get(builder, "dnsServerAddressStreamProvider");
    Field addresses = fieldOfType(provider, NettyServers.ADDRESSES);
    return new Servers(
        (List<Object>) Members.get(owner, "serverList"),
        provider,
        new MutableField(addresses),
        areRotated,
        new NettyServers(addresses.getType().getClassLoader()));
  }

  /** Returns the field of this type. Its name is the Java compiler's choice. */
  private static Field fieldOfType(Object owner, String type) throws NoSuchFieldException {
    for (Field field : owner.getClass().getDeclaredFields()) {
      if (field.getType().getName().equals(type)) {
        field.setAccessible(true);
        return field;
      }
    }
    throw new NoSuchFieldException(type + " in " + owner.getClass().getName());
  }

  /** The change of the servers to those of the machine. If it has none, they stay. */
  private record Servers(
      List<Object> list,
      Object provider,
      MutableField addresses,
      boolean areRotated,
      NettyServers machine)
      implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      List<Object> now = machine.read();
      if (!now.isEmpty()) {
        list.clear();
        list.addAll(now);
        addresses.set(provider, machine.addresses(now, areRotated));
      }
    }

    @Override
    public void rehearse() throws Exception {
      List<Object> now = machine.read();
      if (!now.isEmpty()) {
        machine.addresses(now, areRotated);
      }
      addresses.set(provider, addresses.get(provider));
    }
  }
}
