package crjvm.it.bench.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A registry for one user that has the manifests, and leads to another host for blobs, as those in
 * clouds do. The other host notes whatever login it is given.
 */
public final class RedirectingRegistry implements AutoCloseable {
  private static final int OK = 200;
  private static final int FOUND = 307;
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;

  private final RegistryServer behind;
  private final String name;
  private final String tag;
  private final HttpServer front = server();
  private final HttpServer store = server();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CuttableLink link;
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /**
   * @param behind the registry with the contents of the name
   */
  public RedirectingRegistry(RegistryServer behind, String name, String tag) throws IOException {
    this.behind = behind;
    this.name = name;
    this.tag = tag;
    front.createContext("/", this::answer);
    store.createContext("/", this::give);
    for (HttpServer each : List.of(front, store)) {
      each.setExecutor(threads);
      each.start();
    }
    link = new CuttableLink(front.getAddress().getPort());
  }

  private static HttpServer server() throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
  }

  /** Returns HOST, with the port. */
  public String host() {
    return link.host();
  }

  /** Returns the headers with logins that the other host has got. */
  public List<String> logins() {
    return List.copyOf(logins);
  }

  /** Returns the paths that the other host was asked for. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private static String basic() {
    String login = RegistryAccess.USER + ":" + RegistryAccess.PASSWORD;
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.US_ASCII));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (!basic().equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"registry\"");
      send(exchange, UNAUTHORIZED, new byte[0]);
    } else if (path.contains("/blobs/")) {
      int port = store.getAddress().getPort();
      String there = "http://localhost:" + port + "/" + path.substring(path.lastIndexOf('/') + 1);
      exchange.getResponseHeaders().set("Location", there);
      send(exchange, FOUND, new byte[0]);
    } else if (path.startsWith("/v2/" + name + "/manifests/")) {
      manifest(exchange, path.substring(path.lastIndexOf('/') + 1));
    } else {
      send(exchange, OK, new byte[0]);
    }
  }

  private void manifest(HttpExchange exchange, String reference) throws IOException {
    try {
      boolean isTag = reference.equals(tag);
      String text = isTag ? behind.index(name, tag) : behind.manifest(name, reference);
      String type = isTag ? RegistryServer.INDEX : RegistryServer.MANIFEST;
      exchange.getResponseHeaders().set("Content-Type", type);
      send(exchange, OK, text.getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void give(HttpExchange exchange) throws IOException {
    String digest = exchange.getRequestURI().getPath().substring(1);
    asked.add(digest);
    if (exchange.getRequestHeaders().containsKey("Authorization")) {
      logins.add(exchange.getRequestHeaders().getFirst("Authorization"));
    }
    Path blob = behind.blob(digest);
    boolean isThere = Files.exists(blob);
    send(exchange, isThere ? OK : NOT_FOUND, isThere ? Files.readAllBytes(blob) : new byte[0]);
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getRequestBody().readAllBytes();
    boolean isHead = exchange.getRequestMethod().equals("HEAD");
    if (isHead) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
    }
    exchange.sendResponseHeaders(status, isHead || body.length == 0 ? -1 : body.length);
    if (!isHead) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() throws IOException {
    link.close();
    front.stop(0);
    store.stop(0);
    threads.shutdownNow();
  }
}
