package crjvm.it.copy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.InflaterInputStream;

/**
 * A server that takes everything that agents send, answers with an empty JSON object, and remembers
 * the texts.
 */
final class AgentIntake implements AutoCloseable {
  private final List<String> texts = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  AgentIntake() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** Returns a path and a body for each request. */
  List<String> texts() {
    return List.copyOf(texts);
  }

  void forget() {
    texts.clear();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean isPacked =
          "deflate".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      InputStream body = exchange.getRequestBody();
      byte[] bytes = (isPacked ? new InflaterInputStream(body) : body).readAllBytes();
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      texts.add(exchange.getRequestURI() + "\n" + text);
      exchange.sendResponseHeaders(200, 2);
      exchange.getResponseBody().write("{}".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
