package crjvm.agent.connection;

import crjvm.agent.message.Console;
import crjvm.agent.os.Descriptors;
import crjvm.agent.os.OpenFile;
import crjvm.agent.os.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The TCP connections that are open at the dump. */
final class Established {
  private static final int FIRST_OWN = 3;
  private static final int LINES = 10;

  private final Map<Integer, String> owners = new HashMap<>();
  private final Map<Integer, OpenFile> listening = new HashMap<>();
  private final List<OpenFile> connections;

  /**
   * @param things sockets, among others, and who opened them
   */
  Established(List<Owned.Thing> things) {
    for (Owned.Thing thing : things) {
      SocketObjects.descriptor(thing.object())
          .ifPresent(fd -> owners.put(fd, thing.owner().orElse(null)));
    }
    List<OpenFile> sockets = OpenFile.all().stream().filter(OpenFile::isSocket).toList();
    for (OpenFile file : sockets) {
      if (Descriptors.isListening(file.number())) {
        SocketAddress.local(file.number())
            .ifPresent(address -> listening.put(address.port(), file));
      }
    }
    connections =
        sockets.stream()
            .filter(file -> file.number() >= FIRST_OWN)
            .filter(file -> Descriptors.isEstablished(file.number()))
            .toList();
  }

  /** A line each, those first that the application has opened. */
  void report() {
    List<OpenFile> accepted = connections.stream().filter(this::isAccepted).toList();
    List<OpenFile> opened = connections.stream().filter(file -> !isAccepted(file)).toList();
    opened.stream().limit(LINES).forEach(this::tellOpened);
    accepted.stream().limit(Math.max(0, LINES - opened.size())).forEach(this::tellAccepted);
    int more = connections.size() - LINES;
    if (more > 0) {
      Console.say(more + " more connections are open; restored processes find them broken");
    }
  }

  private boolean isAccepted(OpenFile file) {
    return listener(file).isPresent();
  }

  private Optional<OpenFile> listener(OpenFile file) {
    return SocketAddress.local(file.number()).map(local -> listening.get(local.port()));
  }

  private void tellOpened(OpenFile file) {
    Console.say(
        "descriptor "
            + file.number()
            + " is a connection to "
            + peer(file)
            + owner(file)
            + "; restored processes find it broken");
  }

  private void tellAccepted(OpenFile file) {
    OpenFile listener = listener(file).orElseThrow();
    Console.say(
        "descriptor "
            + file.number()
            + " is a connection from "
            + peer(file)
            + " to port "
            + SocketAddress.local(listener.number()).map(SocketAddress::port).orElse(0)
            + owner(listener)
            + "; restored processes find it broken");
  }

  private String owner(OpenFile file) {
    String owner = owners.get(file.number());
    return owner == null ? "" : " of " + owner;
  }

  private static String peer(OpenFile file) {
    return SocketAddress.remote(file.number())
        .map(address -> host(address) + ":" + address.port())
        .orElse("?"); // it ends right now
  }

  private static String host(SocketAddress address) {
    InetAddress host = address.host().orElseThrow();
    String text = host.getHostAddress();
    return host instanceof Inet6Address ? "[" + text + "]" : text;
  }
}
