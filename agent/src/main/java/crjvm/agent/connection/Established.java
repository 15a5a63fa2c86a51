package crjvm.agent.connection;

import crjvm.agent.message.Console;
import crjvm.agent.os.descriptor.Descriptors;
import crjvm.agent.os.descriptor.SocketAddress;
import crjvm.agent.os.descriptor.TcpSockets;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The TCP connections that are open at the dump, by their descriptors. */
final class Established {
  private static final int FIRST_OWN = 3;

  private final TcpSockets sockets = new TcpSockets();
  private final Map<Integer, String> owners = new HashMap<>();

  /**
   * @param things tracked objects, including sockets, with the classes that opened them
   */
  Established(List<Owned.Thing> things) {
    for (Owned.Thing thing : things) {
      SocketObjects.descriptor(thing.object())
          .ifPresent(fd -> owners.put(fd, thing.owner().orElse(null)));
    }
  }

  /**
   * Prints one line for each connection. Connections that the application has opened come first.
   *
   * @param most the largest number of these lines; one more line counts the other connections
   */
  void report(int most) {
    List<Integer> all =
        sockets.connections().stream()
            .filter(fd -> fd >= FIRST_OWN && Descriptors.isEstablished(fd))
            .toList();
    List<Integer> opened = all.stream().filter(fd -> !isAccepted(fd)).toList();
    List<Integer> accepted = all.stream().filter(this::isAccepted).toList();
    opened.stream().limit(most).forEach(this::tellOpened);
    accepted.stream().limit(Math.max(0, most - opened.size())).forEach(this::tellAccepted);
    int more = all.size() - most;
    if (more > 0) {
      Console.say(more + " more connections are open; restored processes don't have them");
    }
  }

  private boolean isAccepted(int fd) {
    return sockets.listener(fd).isPresent();
  }

  private void tellOpened(int fd) {
    Console.say(
        "descriptor "
            + fd
            + " is a connection to "
            + text(SocketAddress.remote(fd))
            + owner(fd)
            + "; restored processes find it broken");
  }

  private void tellAccepted(int fd) {
    int listener = sockets.listener(fd).orElseThrow();
    Console.say(
        "descriptor "
            + fd
            + " is a connection from "
            + text(SocketAddress.remote(fd))
            + " to "
            + text(SocketAddress.local(fd))
            + owner(listener)
            + "; restored processes find it ended");
  }

  private String owner(int fd) {
    String owner = owners.get(fd);
    return owner == null ? "" : " of " + owner;
  }

  /** Returns the address as text, or "?" if the connection has just ended. */
  private static String text(Optional<SocketAddress> address) {
    return address.map(end -> host(end) + ":" + end.port()).orElse("?");
  }

  private static String host(SocketAddress address) {
    InetAddress host = address.host().orElseThrow();
    String text = host.getHostAddress();
    return host instanceof Inet6Address ? "[" + text + "]" : text;
  }
}
