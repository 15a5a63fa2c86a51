package crjvm.frameworks.identities;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;

/** Addresses of hosts, from the machine's name server and its hosts file. */
final class NettySource {
  private final DnsNameResolver resolver;

  NettySource() {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    resolver =
        new DnsNameResolverBuilder(group.next())
            .datagramChannelType(NioDatagramChannel.class)
            .build();
  }

  String address(String host) throws Exception {
    return resolver.resolve(host).get().getHostAddress();
  }
}
