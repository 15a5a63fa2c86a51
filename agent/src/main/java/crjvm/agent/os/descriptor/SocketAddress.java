package crjvm.agent.os.descriptor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The address of one end of a socket.
 *
 * @param host the host of an internet socket; an IPv4 address that is mapped into IPv6 counts as
 *     IPv4
 * @param port the port of an internet socket, or 0
 * @param path the path of a unix socket, if it has one; abstract ones begin with {@code @}
 */
public record SocketAddress(Optional<InetAddress> host, int port, Optional<String> path) {
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int IPV4_AT = 2; // after the port
  private static final int IPV6_AT = 6; // after port and flow

  /** Returns the socket's own address, or nothing if it has none. */
  public static Optional<SocketAddress> local(int fd) {
    return Descriptors.ownAddress(fd).flatMap(bytes -> of(Descriptors.socketFamily(fd), bytes));
  }

  /** Returns the peer's address, or nothing if the socket is not connected. */
  public static Optional<SocketAddress> remote(int fd) {
    return Descriptors.peerAddress(fd).flatMap(bytes -> of(Descriptors.socketFamily(fd), bytes));
  }

  /**
   * @param bytes a struct sockaddr without its family
   */
  static Optional<SocketAddress> of(int family, byte[] bytes) {
    return switch (family) {
      case AF_INET -> internet(bytes, IPV4_AT, 4);
      case AF_INET6 -> internet(bytes, IPV6_AT, 16);
      case AF_UNIX ->
          bytes.length == 0
              ? Optional.empty()
              : Optional.of(
                  new SocketAddress(Optional.empty(), 0, Optional.of(Descriptors.unixName(bytes))));
      default -> Optional.empty();
    };
  }

  private static Optional<SocketAddress> internet(byte[] bytes, int at, int length) {
    if (bytes.length < at + length) {
      return Optional.empty();
    }
    try {
      InetAddress host = InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + length));
      int port = (bytes[0] & 0xff) << 8 | bytes[1] & 0xff;
      return Optional.of(new SocketAddress(Optional.of(host), port, Optional.empty()));
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e); // no address has this length
    }
  }
}
