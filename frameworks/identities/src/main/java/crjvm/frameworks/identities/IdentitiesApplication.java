package crjvm.frameworks.identities;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;

/**
 * Answers {@code /} with the names of its sources, one a line, and {@code /NAME?COUNT} with that
 * many values of a source. The arguments are {@code --port} and a port.
 */
public final class IdentitiesApplication {
  private static final int THREADS = 2;

  private IdentitiesApplication() {}

  public static void main(String[] args) throws Exception {
    serve(args, Sources.all());
  }

  /** Starts the server. */
  public static void serve(String[] args, Map<String, Source> sources) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1]));
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newFixedThreadPool(THREADS));
    server.createContext("/", exchange -> answer(exchange, sources));
    server.start();
  }

  private static void answer(HttpExchange exchange, Map<String, Source> sources)
      throws IOException {
    String name = exchange.getRequestURI().getPath().substring(1);
    String answer;
    int status = 200;
    try {
      answer =
          name.isEmpty()
              ? String.join("\n", sources.keySet())
              : values(sources.get(name), exchange.getRequestURI().getQuery());
    } catch (Exception e) {
      answer = e.toString();
      status = 500;
    }
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String values(Source source, String count) throws Exception {
    StringBuilder values = new StringBuilder();
    for (int left = Integer.parseInt(count); left > 0; left--) {
      values.append(source.next()).append('\n');
    }
    return values.toString();
  }
}
