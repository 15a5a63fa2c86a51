package crjvm.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.os.jna.Kernel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenedTest {
  @BeforeAll
  static void load() {
    Kernel.load();
  }

  @Test
  void aConnectionCountsFromItsBeginningToItsEnd() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(Opened.areAny()).isFalse();
      try (Socket client = new Socket()) {
        client.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
        assertThat(Opened.areAny()).isTrue();
      }
      assertThat(Opened.areAny()).isFalse();
    }
  }

  @Test
  void aUnixConnectionInsideOfTheProcessIsNone(@TempDir Path folder) throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      try (SocketChannel client = SocketChannel.open(address);
          SocketChannel accepted = server.accept()) {
        assertThat(client.isConnected() && accepted.isConnected()).isTrue();
        assertThat(Opened.areAny()).isFalse();
      }
    }
  }
}
