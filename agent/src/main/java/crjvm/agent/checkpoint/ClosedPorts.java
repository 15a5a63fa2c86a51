package crjvm.agent.checkpoint;

import crjvm.agent.message.Console;
import crjvm.agent.os.descriptor.TcpSockets;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The ports that callbacks close before the checkpoint, as frameworks do that use org.crac. Each
 * copy opens them again by the application's own settings, so the options of its start can't choose
 * them.
 */
final class ClosedPorts {
  private final SortedSet<Integer> open = new TreeSet<>(new TcpSockets().ports());

  /** Says which of the ports are closed now. */
  void report() {
    open.removeAll(new TcpSockets().ports());
    for (int port : open) {
      Console.say(
          "port "
              + port
              + " was closed for the checkpoint; each copy opens it again by itself, so choose it by"
              + " the application's settings: --listen is only about ports of the image");
    }
  }
}
