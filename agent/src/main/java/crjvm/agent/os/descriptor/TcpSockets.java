package crjvm.agent.os.descriptor;

import crjvm.agent.os.process.ProcessFiles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The TCP sockets of this process, by their descriptors. */
public final class TcpSockets {
  private final Map<Integer, Integer> listening = new HashMap<>(); // by port
  private final List<Integer> connections = new ArrayList<>();

  /** Lists the sockets that exist now. */
  public TcpSockets() {
    for (int fd : ProcessFiles.descriptors()) {
      if (Descriptors.isTcp(fd)) {
        add(fd);
      }
    }
  }

  private void add(int fd) {
    if (Descriptors.isListening(fd)) {
      SocketAddress.local(fd).ifPresent(address -> listening.put(address.port(), fd));
    } else if (Descriptors.peerAddress(fd).isPresent()) {
      connections.add(fd);
    }
  }

  /** Returns the ports on which this process listens. */
  public Set<Integer> ports() {
    return Set.copyOf(listening.keySet());
  }

  /** Returns all connections in ascending order, even if one of the sides has ended them. */
  public List<Integer> connections() {
    return List.copyOf(connections);
  }

  /**
   * Returns the listening socket that accepted the connection, or nothing if this process has
   * opened it.
   */
  public Optional<Integer> listener(int fd) {
    return SocketAddress.local(fd).map(address -> listening.get(address.port()));
  }
}
