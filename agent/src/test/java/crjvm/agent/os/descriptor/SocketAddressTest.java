package crjvm.agent.os.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SocketAddressTest {
  @Test
  void internetAddressesHaveHostAndPort() throws Exception {
    byte[] bytes = {0x1f, (byte) 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};

    SocketAddress address = SocketAddress.of(2, bytes).orElseThrow();

    assertThat(address.port()).isEqualTo(8080);
    assertThat(address.host()).contains(InetAddress.getByName("127.0.0.1"));
    assertThat(address.path()).isEmpty();
  }

  @Test
  void mappedAddressesAreThoseOfTheOlderFamily() throws Exception {
    byte[] bytes = new byte[26];
    bytes[1] = 80;
    bytes[16] = (byte) 0xff;
    bytes[17] = (byte) 0xff;
    bytes[18] = 10;
    bytes[21] = 7;

    SocketAddress address = SocketAddress.of(10, bytes).orElseThrow();

    assertThat(address.port()).isEqualTo(80);
    assertThat(address.host()).contains(InetAddress.getByName("10.0.0.7"));
  }

  @Test
  void unixAddressesHaveAName() {
    byte[] path = "/run/x.sock\0".getBytes(StandardCharsets.UTF_8);
    byte[] hidden = "\0hidden".getBytes(StandardCharsets.UTF_8);

    assertThat(SocketAddress.of(1, path).orElseThrow().path()).contains("/run/x.sock");
    assertThat(SocketAddress.of(1, hidden).orElseThrow().path()).contains("@hidden");
    assertThat(SocketAddress.of(1, new byte[0])).isEmpty();
  }
}
