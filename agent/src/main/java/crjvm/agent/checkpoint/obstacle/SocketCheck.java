package crjvm.agent.checkpoint.obstacle;

import crjvm.agent.os.descriptor.Descriptors;
import crjvm.agent.os.process.OpenFile;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A check for sockets that no image can hold. */
final class SocketCheck {
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int IPPROTO_TCP = 6;
  private static final int IPPROTO_UDP = 17;
  private static final int SCOPE = 22; // the offset in struct sockaddr_in6, after the family
  private static final int IPV6_ADDRESS_BYTES = 26;

  private static final Map<Integer, String> FAMILIES =
      Map.of(
          16, "a netlink socket",
          17, "a packet socket",
          31, "a bluetooth socket",
          38, "a socket of the kernel's cryptography (AF_ALG)",
          40, "a socket to the hypervisor (AF_VSOCK)",
          44, "an XDP socket");

  private static final Map<Integer, String> PROTOCOLS =
      Map.of(
          1, "an ICMP socket", 58, "an ICMP socket", 132, "an SCTP socket", 262, "an MPTCP socket");

  private final List<OpenFile> files;

  SocketCheck(List<OpenFile> files) {
    this.files = files;
  }

  /** Returns a description of the socket if an image can't hold it, or null. */
  String obstacle(OpenFile file) {
    int fd = file.number();
    int family = Descriptors.socketFamily(fd);
    if (Descriptors.sendsSignals(fd)) {
      return "a socket that sends signals when it is ready (F_SETOWN)";
    } else if (family == AF_UNIX) {
      return unixObstacle(fd);
    } else if (family == AF_INET || family == AF_INET6) {
      return internetObstacle(fd);
    }
    return FAMILIES.getOrDefault(family, "a socket of address family " + family);
  }

  private static String internetObstacle(int fd) {
    int type = Descriptors.socketType(fd);
    int protocol = Descriptors.socketProtocol(fd);
    boolean isKnown =
        type == SOCK_STREAM && protocol == IPPROTO_TCP
            || type == SOCK_DGRAM && protocol == IPPROTO_UDP;
    if (!isKnown) {
      return PROTOCOLS.getOrDefault(
          protocol,
          type == SOCK_STREAM || type == SOCK_DGRAM
              ? "a socket of protocol " + protocol
              : "a raw socket");
    }
    byte[] address = Descriptors.ownAddress(fd).orElse(new byte[0]);
    boolean isScoped =
        address.length >= IPV6_ADDRESS_BYTES
            && !Arrays.equals(address, SCOPE, IPV6_ADDRESS_BYTES, new byte[4], 0, 4);
    boolean isConnection = type == SOCK_STREAM && Descriptors.peerAddress(fd).isPresent();
    return isScoped && !isConnection ? "a socket with a link-local address of IPv6" : null;
  }

  private String unixObstacle(int fd) {
    Optional<byte[]> peer = Descriptors.peerAddress(fd);
    if (Descriptors.socketType(fd) != SOCK_STREAM && Descriptors.pending(fd) > 0) {
      return "a unix socket with a message that nobody has received yet";
    }
    if (peer.isEmpty() || isConnection(fd) && Descriptors.isBroken(fd)) {
      return null;
    } else if (isInside(fd, peer.get())) {
      boolean isPair = isConnection(fd) || peer.get().length == 0;
      return isPair ? null : "a unix datagram socket that is connected";
    }
    String name = Descriptors.unixName(peer.get());
    return "a unix socket that is connected to another process"
        + (name.isEmpty() ? "" : " (\"" + name + "\")");
  }

  private static boolean isConnection(int fd) {
    return Descriptors.socketType(fd) != SOCK_DGRAM;
  }

  /**
   * Returns whether the peer is this process. The kernel knows the process at the other end of a
   * connection, but not the peer of a datagram socket.
   */
  private boolean isInside(int fd, byte[] peer) {
    int process = Descriptors.peerProcess(fd);
    if (process > 0) {
      return process == ProcessHandle.current().pid();
    }
    return peer.length > 0
        && files.stream()
            .filter(OpenFile::isSocket)
            .filter(file -> Descriptors.socketFamily(file.number()) == AF_UNIX)
            .anyMatch(
                file ->
                    Descriptors.ownAddress(file.number())
                        .filter(own -> Arrays.equals(own, peer))
                        .isPresent());
  }
}
