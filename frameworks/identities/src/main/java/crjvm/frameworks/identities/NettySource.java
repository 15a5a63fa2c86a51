package crjvm.frameworks.identities;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;

/** The address of a host, from the machine's name server. */
final class NettySource {
  private static final String HOST = "copies.example";

  private final DnsNameResolver resolver;

  NettySource() {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    resolver =
        new DnsNameResolverBuilder(group.next())
            .datagramChannelType(NioDatagramChannel.class)
            .build();
  }

  String next() throws Exception {
    return resolver.resolve(HOST).get().getHostAddress();
  }
}
