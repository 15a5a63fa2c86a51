package crjvm.frameworks.agents;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.logging.Logger;

/**
 * Answers each request after some work, and logs a line for it. The arguments are {@code --port}
 * and a port. With {@code -Dsdk=URL} it reports its requests to an OpenTelemetry collector itself,
 * with {@code -Dentities=true} under a resource of entities.
 */
public final class AgentsApplication {
  private static final int THREADS = 2;
  private static final Logger LOG = Logger.getLogger(AgentsApplication.class.getName());

  private AgentsApplication() {}

  public static void main(String[] args) throws IOException {
    String collector = System.getProperty("sdk");
    Telemetry telemetry = collector == null ? null : new Telemetry(collector);
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1]));
    HttpServer server = HttpServer.create(address, 0);
    server.setExecutor(Executors.newFixedThreadPool(THREADS));
    server.createContext("/", exchange -> answer(exchange, telemetry));
    server.start();
  }

  private static void answer(HttpExchange exchange, Telemetry telemetry) throws IOException {
    String path = exchange.getRequestURI().getPath();
    LOG.info("asked for " + path);
    if (telemetry != null) {
      telemetry.tell(path);
    }
    byte[] bytes = result(path, telemetry).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String result(String path, Telemetry telemetry) {
    return switch (path) {
      case "/after" -> Long.toString(Work.doAfterwards());
      case "/resource" -> telemetry.derived();
      default -> Long.toString(Work.doMuch());
    };
  }
}
