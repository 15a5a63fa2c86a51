package crjvm.agent.connection;

import crjvm.agent.os.Descriptors;
import crjvm.agent.os.ProcessFiles;
import crjvm.agent.os.TcpSockets;

/** The connections to other processes, or to itself, that this process has opened. */
final class Opened {
  private static final int AF_UNIX = 1;

  private Opened() {}

  /** Without any, pools of database connections hold connections to a database in the process. */
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
