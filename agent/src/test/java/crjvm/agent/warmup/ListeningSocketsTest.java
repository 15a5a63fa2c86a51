package crjvm.agent.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  void addressesAreRead() throws Exception {
    assertThat(ListeningSockets.among(Set.of("23456", "34567"), TABLE))
        .containsExactly(Map.entry(8080, InetAddress.getByName("::")));
    String line =
        "0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 77 1";
    assertThat(ListeningSockets.among(Set.of("77"), List.of(line)))
        .containsExactly(Map.entry(80, InetAddress.getByName("127.0.0.1")));
    String six = line.replace("0100007F", "B80D0120000000000000000001000000");
    assertThat(ListeningSockets.among(Set.of("77"), List.of(six)))
        .containsExactly(Map.entry(80, InetAddress.getByName("2001:db8::1")));
  }

  @Test
  void aSocketOfThisJvmIsItsOwn() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
      assertThat(ListeningSockets.isOwn(port)).isTrue();
      assertThat(ListeningSockets.own()).containsEntry(port, socket.getInetAddress());
    }
    assertThat(ListeningSockets.isOwn(port)).isFalse();
    assertThat(ListeningSockets.own()).doesNotContainKey(port);
  }
}
