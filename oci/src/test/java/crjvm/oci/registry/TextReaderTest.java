package crjvm.oci.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import crjvm.image.ImageException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads texts from a registry of the test's own. */
class TextReaderTest {
  private static final int MOST = 16 << 20;

  private HttpServer server;
  private long length;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 9);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newCachedThreadPool());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/vnd.oci.image.index.v1+json");
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, isHead ? -1 : 0);
    try (OutputStream out = exchange.getResponseBody()) {
      byte[] part = new byte[1 << 16];
      for (long sent = 0; !isHead && sent < length; sent += part.length) {
        out.write(part, 0, (int) Math.min(part.length, length - sent));
      }
    } finally {
      exchange.close();
    }
  }

  private RegistryText read() throws Exception {
    String place = "127.0.0.1:" + server.getAddress().getPort() + "/team/app:1";
    Connection connection = Connection.of("SHOWN", Connection.reference(place), false);
    return connection.read(connection.reference());
  }

  @Test
  void aTextComesWithItsType() throws Exception {
    length = MOST;
    RegistryText text = read();
    assertThat(text.type()).isEqualTo("application/vnd.oci.image.index.v1+json");
    assertThat(text.json()).hasSize(MOST);
  }

  @Test
  void aTextWithoutEndIsRefused() {
    length = Long.MAX_VALUE / 2;
    assertThatThrownBy(this::read)
        .isInstanceOf(ImageException.class)
        .hasMessage("what the registry says of \"SHOWN\" is longer than 16 MiB; do not trust it");
  }
}
