package crjvm.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;

class TransportTest {
  @Test
  void onlyThisMachineNeedsNoPermission() {
    assertThat(Transport.isLoopback("localhost")).isTrue();
    assertThat(Transport.isLoopback("127.0.0.1:5000")).isTrue();
    assertThat(Transport.isLoopback("[::1]:5000")).isTrue();
    assertThat(Transport.isLoopback("localhost.test")).isFalse();
    assertThat(Transport.isLoopback("127.0.0.1.test:5000")).isFalse();
    assertThat(Transport.isPlain("localhost.test", false)).isFalse();
  }

  /** Returns whether a registry that gives this answer to a hello is accessed without TLS. */
  private static boolean isPlain(byte[] answer) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread thread = new Thread(() -> answer(server, answer));
      thread.start();
      boolean isPlain = Transport.isPlain("127.0.0.1:" + server.getLocalPort(), false);
      thread.join();
      return isPlain;
    }
  }

  private static void answer(ServerSocket server, byte[] answer) {
    try (Socket socket = server.accept()) {
      // This is the first byte of a hello: a handshake.
      if (socket.getInputStream().read() == 22) {
        socket.getOutputStream().write(answer);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatSpeaksTlsIsAskedByIt() throws Exception {
    assertThat(isPlain("HTTP/1.1 400 Bad Request".getBytes(StandardCharsets.US_ASCII))).isTrue();
    assertThat(isPlain(new byte[] {22, 3, 3})).isFalse();
    assertThat(isPlain(new byte[] {21, 3, 3})).isFalse();
  }

  @Test
  void tellsCertificatesFromOtherFailures() {
    Exception handshake = new SSLHandshakeException("x");
    assertThat(Transport.distrust(handshake)).isEmpty();
    handshake.initCause(new CertificateException("no path"));
    assertThat(Transport.distrust(new IOException(handshake))).contains("no path");
    assertThat(Transport.distrust(new IOException(new SSLPeerUnverifiedException("no match"))))
        .contains("no match");
  }
}
