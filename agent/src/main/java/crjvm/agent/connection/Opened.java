package crjvm.agent.connection;

import crjvm.agent.os.descriptor.Descriptors;
import crjvm.agent.os.descriptor.TcpSockets;
import crjvm.agent.os.process.ProcessFiles;

/** The connections that this process has opened to other processes or to itself. */
final class Opened {
  private static final int AF_UNIX = 1;

  private Opened() {}

  /**
   * Returns whether there are any. If there are none, the connections of database pools lead to a
   * database in the process.
   */
  static boolean areAny() {
    TcpSockets sockets = new TcpSockets();
    return sockets.connections().stream().anyMatch(fd -> sockets.listener(fd).isEmpty())
        || ProcessFiles.descriptors().stream().anyMatch(Opened::isUnixConnection);
  }

  private static boolean isUnixConnection(int fd) {
    return Descriptors.socketFamily(fd) == AF_UNIX
        && Descriptors.peerAddress(fd).isPresent()
        && Descriptors.peerProcess(fd) != ProcessHandle.current().pid();
  }
}
