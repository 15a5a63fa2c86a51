package crjvm.it.app;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Uses connections of all kinds that are kept for later. The command line: {@code --port PORT PEER
 * SLOW URL OWN}, where PEER and SLOW are ports of HTTP servers, and URL is that of a database.
 * {@code /all} asks each server once and answers with a line for each. {@code /begin} takes a
 * connection to the database and keeps it, sends requests to the slow server, and connects to
 * itself on the port OWN. {@code /end} uses that connection and waits for the answers.
 */
public final class ConnectionApplication {
  private static final Map<String, Callable<?>> QUESTIONS = new LinkedHashMap<>();
  private static DataSource hikari;
  private static final Map<String, Supplier<Callable<?>>> BEGINNINGS = new LinkedHashMap<>();
  private static final Map<String, Callable<?>> ENDS = new LinkedHashMap<>();

  private ConnectionApplication() {}

  public static void main(String[] args) throws Exception {
    URI peer = URI.create("http://127.0.0.1:" + args[2] + "/");
    HttpClient http1 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    HttpClient http2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    QUESTIONS.put("http1", () -> post(http1, peer.resolve("http1")));
    QUESTIONS.put("http2", () -> get(http2, peer.resolve("http2")));
    QUESTIONS.put("url", () -> post(peer.resolve("url")));
    HttpRequest slow = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + args[3])).build();
    BEGINNINGS.put("own", new OwnConnection(Integer.parseInt(args[5]))::open);
    BEGINNINGS.put("http1", () -> send(http1, slow));
    BEGINNINGS.put("http2", () -> send(http2, slow));
    hikari = DataSources.hikari(args[4]);
    QUESTIONS.put("hikari", () -> backend(hikari));
    DataSources.others(args[4])
        .forEach((name, source) -> QUESTIONS.put(name, () -> backend(source)));
    serve(Integer.parseInt(args[1]));
  }

  private static void serve(int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.setExecutor(Executors.newFixedThreadPool(2));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = answer(exchange.getRequestURI()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
  }

  private static synchronized String answer(URI uri) {
    return switch (uri.getPath()) {
      case "/all" -> ask(QUESTIONS);
      case "/begin" -> begin();
      case "/end" -> ask(ENDS);
      default -> "ok";
    };
  }

  private static String begin() {
    try {
      Connection held = hikari.getConnection();
      ENDS.put("hikari", () -> backend(held));
    } catch (SQLException e) {
      return e.toString();
    }
    BEGINNINGS.forEach((name, beginning) -> ENDS.put(name, beginning.get()));
    return "begun";
  }

  private static String ask(Map<String, Callable<?>> questions) {
    List<String> answers = new ArrayList<>();
    questions.forEach(
        (name, question) -> {
          try {
            answers.add(name + ": " + question.call());
          } catch (Exception e) {
            answers.add(name + " failed: " + e);
          }
        });
    return String.join("\n", answers);
  }

  private static Callable<?> send(HttpClient client, HttpRequest request) {
    Future<?> answer = client.sendAsync(request, BodyHandlers.ofString());
    return () -> answer.get(1, TimeUnit.MINUTES);
  }

  private static String post(HttpClient client, URI uri) throws Exception {
    return client
        .send(
            HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()).build(),
            BodyHandlers.ofString())
        .body();
  }

  private static String get(HttpClient client, URI uri) throws Exception {
    var answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    return answer.version() + " " + answer.statusCode();
  }

  /** Sends a POST request, which the JDK does not repeat if it is told not to. */
  private static String post(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.getOutputStream().close();
    try (InputStream body = connection.getInputStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String backend(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection()) {
      return backend(connection);
    }
  }

  /** Returns the id of the server's process that serves the connection. */
  private static String backend(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select pg_backend_pid()")) {
      rows.next();
      return rows.getString(1);
    }
  }
}
