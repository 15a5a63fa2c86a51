package crjvm.servers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Serves a store in this process over HTTP: {@code /add?number=N}, {@code /numbers}. With the
 * arguments of a client it is the client instead.
 */
public final class StoreServer {
  private StoreServer() {}

  /**
   * Serves the store of {@code connector} if the arguments are {@code --port PORT}. All other
   * arguments are those of a client.
   */
  public static void run(Store.Connector connector, String... arguments) throws Exception {
    if (arguments.length == 0 || !arguments[0].equals("--port")) {
      StoreClient.run(HttpStore::new, arguments);
      return;
    }
    int port = Integer.parseInt(arguments[1]);
    Store store = connector.connect(port);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(store)));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", exchange -> answer(store, exchange));
    server.start();
  }

  private static void answer(Store store, HttpExchange exchange) throws IOException {
    int status = 200;
    String text = "";
    try {
      if (exchange.getRequestURI().getPath().equals("/add")) {
        store.add(Integer.parseInt(exchange.getRequestURI().getQuery().substring(7)));
      } else {
        text = store.numbers().stream().map(String::valueOf).collect(Collectors.joining("\n"));
      }
    } catch (Exception e) {
      e.printStackTrace();
      status = 500;
      text = e.toString();
    }
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static void close(Store store) {
    try {
      store.close();
    } catch (Exception e) {
      e.printStackTrace();
    }
  }
}
