package crjvm.examples.hello;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * A small HTTP server that shows which state a checkpoint keeps and which values a restored process
 * gets from its own start.
 *
 * <p>The request counter and the start arguments are in the Java heap. Every other endpoint asks
 * the running process at each request, so that after a restore it describes the restored process.
 */
final class HelloServer {
  private static final int THREADS = 4;
  private static final int STOP_DELAY_SECONDS = 1;
  private static final Pattern ENVIRONMENT_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final AtomicLong greetings = new AtomicLong();
  private final ExecutorService workers = Executors.newFixedThreadPool(THREADS);
  private final HttpServer server;

  /**
   * Binds {@code port} (0 for any free one) at once. Requests are answered after {@link #start}.
   */
  HelloServer(int port, String arguments) throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(workers);
    route("/", query -> "Hello, request " + greetings.incrementAndGet());
    route("/env", query -> found(System.getenv(required(query, "name"))));
    route("/property", query -> found(System.getProperty(required(query, "name"))));
    // A restored process gets the arguments of its own start in the property crjvm.args.
    route("/args", query -> System.getProperty("crjvm.args", arguments));
    route("/pid", query -> Long.toString(ProcessHandle.current().pid()));
    route("/cwd", query -> Path.of("").toAbsolutePath().toString());
    route("/file", query -> readRelative(required(query, "path")));
    route("/exec", query -> variableOfChild(required(query, "name")));
    route("/nanotime", query -> Long.toString(System.nanoTime()));
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Stops the server. Requests in progress have at most a second to finish. */
  void stop() {
    server.stop(STOP_DELAY_SECONDS);
    workers.shutdown();
  }

  private void route(String path, Endpoint endpoint) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            respond(exchange, path, endpoint);
          }
        });
  }

  private static void respond(HttpExchange exchange, String path, Endpoint endpoint)
      throws IOException {
    try {
      // HttpServer matches by prefix. Without this check, "/" would greet every misspelt path.
      if (!exchange.getRequestURI().getPath().equals(path)) {
        throw new HttpError(404, "no such page");
      }
      send(exchange, 200, endpoint.answer(parseQuery(exchange)));
    } catch (HttpError e) {
      send(exchange, e.status, e.getMessage());
    } catch (IllegalArgumentException e) { // a parameter that is not a path
      send(exchange, 400, "malformed request");
    } catch (InterruptedException e) { // the pool is being shut down
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static Map<String, String> parseQuery(HttpExchange exchange) {
    Map<String, String> query = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
      }
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String required(Map<String, String> query, String parameter) {
    String value = query.get(parameter);
    if (value == null || value.isEmpty()) {
      throw new HttpError(400, "parameter \"" + parameter + "\" is missing");
    }
    return value;
  }

  private static String found(String value) {
    if (value == null) {
      throw new HttpError(404, "not set");
    }
    return value;
  }

  /**
   * Reads a file. The kernel resolves the relative path, so this shows the process's working
   * directory.
   */
  private static String readRelative(String name) throws IOException {
    Path path = Path.of(name).normalize();
    if (path.isAbsolute() || path.startsWith("..")) {
      throw new HttpError(400, "only files below the working directory are served");
    }
    if (!Files.isRegularFile(path)) {
      throw new HttpError(404, "no such file");
    }
    return Files.readString(path).stripTrailing();
  }

  /**
   * Returns a variable of a child process. Children inherit the environment of the C library, not
   * the map behind System.getenv.
   */
  private static String variableOfChild(String name) throws IOException, InterruptedException {
    // printenv gets the name as an argument. There is no shell, and no name is taken for an option.
    if (!ENVIRONMENT_NAME.matcher(name).matches()) {
      throw new HttpError(400, "not a name of an environment variable");
    }
    Process child = new ProcessBuilder("printenv", name).redirectErrorStream(true).start();
    String value = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return found(child.waitFor() == 0 ? value.stripTrailing() : null);
  }

  /** Makes the text of a response from the parameters of a request. */
  private interface Endpoint {
    String answer(Map<String, String> query) throws IOException, InterruptedException;
  }

  /** Ends a request with an error status. The client sees the message. */
  private static final class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int status;

    HttpError(int status, String message) {
      super(message);
      this.status = status;
    }
  }
}
