package crjvm.frameworks.identities;

import java.net.InetSocketAddress;
import reactor.netty.Connection;
import reactor.netty.tcp.TcpClient;

/** Addresses of hosts, as Reactor Netty finds them when it connects. */
final class ReactorSource {
  private static final int PORT = 53;

  private final TcpClient client = TcpClient.newConnection().port(PORT);

  String address(String host) {
    Connection connection = client.host(host).connectNow();
    try {
      InetSocketAddress address = (InetSocketAddress) connection.channel().remoteAddress();
      return address.getAddress().getHostAddress();
    } finally {
      connection.disposeNow();
    }
  }
}
