package crjvm.agent.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListeningSocketsTest {
  private static final List<String> TABLE =
      List.of(
          "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
          "   0: 00000000000000000000000000000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 23456 1 0000000000000000 100 0 0 10 0",
          "   1: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:D431 01 00000000:00000000 00:00000000 00000000  1001        0 34567 1 0000000000000000 20 4 30 10 -1");

  @Test
  void listeningSocketsAreFoundByTheirPort() {
    assertThat(ListeningSockets.inodes(TABLE, 8080)).containsExactly("23456");
    assertThat(ListeningSockets.inodes(TABLE, 8081)).isEmpty();
  }

  @Test
  void aSocketOfThisJvmIsItsOwn() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
      assertThat(ListeningSockets.isOwn(port)).isTrue();
    }
    assertThat(ListeningSockets.isOwn(port)).isFalse();
  }
}
