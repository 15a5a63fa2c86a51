package crjvm.agent.identity.holder;

import crjvm.agent.identity.value.Found;
import crjvm.agent.identity.value.Holder;
import crjvm.agent.identity.value.Renewal;
import crjvm.agent.library.Members;
import crjvm.agent.os.jdk.MutableField;
import crjvm.agent.randomness.Entropy;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;

/** The content of {@code /etc/hosts}, which Netty reads once. */
public final class NettyHosts implements Holder {
  @Override
  public List<String> objects() {
    return List.of("io.netty.resolver.DefaultHostsFileEntriesResolver");
  }

  @Override
  public void look(Object owner, Found found) throws ReflectiveOperationException {
    Class<?> type = owner.getClass();
    Field parser = Members.field(type, "hostsFileParser");
    found.add(
        new Rereading(
            owner,
            new MutableField(Members.field(type, "inet4Entries")),
            new MutableField(Members.field(type, "inet6Entries")),
            parser.get(owner),
            Members.method(type, "parseEntries", parser.getType())));
  }

  private record Rereading(
      Object owner, MutableField inet4, MutableField inet6, Object parser, Method read)
      implements Renewal {
    @Override
    public void renew(Entropy entropy) throws Exception {
      Object entries = Members.call(null, read, parser);
      inet4.set(owner, Members.call(entries, "ipv4Entries"));
      inet6.set(owner, Members.call(entries, "ipv6Entries"));
    }

    @Override
    public void rehearse() throws Exception {
      Object entries = Members.call(null, read, parser);
      Members.call(entries, "ipv4Entries");
      Members.call(entries, "ipv6Entries");
      inet4.set(owner, inet4.get(owner));
      inet6.set(owner, inet6.get(owner));
    }
  }
}
