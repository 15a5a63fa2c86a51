package crjvm.it.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The socket by which jcmd reaches a JVM. A killed JVM leaves it, and process ids are used again.
 */
public final class AttachSocket {
  private AttachSocket() {}

  /** Returns the path at which HotSpot makes the socket, and the tools look for it. */
  public static Path of(long pid) {
    return Path.of("/tmp/.java_pid" + pid);
  }

  /**
   * Makes a socket as a killed JVM of a user would have left it.
   *
   * @param folder where it is made, before it gets its place
   */
  public static Path leave(Path folder, long pid, User owner) throws IOException {
    Path socket = of(pid);
    try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      Path made = folder.resolve("s");
      channel.bind(UnixDomainSocketAddress.of(made));
      owner.own(made);
      Files.move(made, socket);
    }
    return socket;
  }

  /** Removes what a process has left that has ended, unless another one has its id by now. */
  static void removeOfEnded(long pid) throws IOException {
    if (!Files.exists(ProcFile.of(pid, "stat"))) {
      Files.deleteIfExists(of(pid));
    }
  }
}
