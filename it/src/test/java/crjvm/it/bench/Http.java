package crjvm.it.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Sends HTTP requests, each on a connection of its own. */
public final class Http {
  private static final int TIME_LIMIT_MS = 60_000;
  public static final Duration START_LIMIT = Duration.ofSeconds(90);

  /** The answer to a request. */
  public record Response(int status, String body) {}

  private Http() {}

  public static Response get(int port, String pathAndQuery) throws IOException {
    return response(open(port, pathAndQuery));
  }

  public static Response postJson(int port, String path, String body) throws IOException {
    HttpURLConnection connection = open(port, path);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body.getBytes(StandardCharsets.UTF_8));
    }
    return response(connection);
  }

  private static HttpURLConnection open(int port, String pathAndQuery) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://localhost:" + port + pathAndQuery).toURL().openConnection();
    connection.setConnectTimeout(TIME_LIMIT_MS);
    connection.setReadTimeout(TIME_LIMIT_MS);
    // A connection that is kept could reach the next process on the same port.
    connection.setRequestProperty("Connection", "close");
    return connection;
  }

  private static Response response(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    try (InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      String body = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Response(status, body);
    }
  }

  /** Returns the body of an answer that has to have status 200. */
  public static String ask(int port, String pathAndQuery) throws IOException {
    Response response = get(port, pathAndQuery);
    if (response.status() != 200) {
      throw new AssertionError(
          pathAndQuery + " answers " + response.status() + ": " + response.body());
    }
    return response.body();
  }

  /** Waits until the process answers. Fails at once if the process ends instead. */
  public static void awaitAnswer(RunningProcess process, int port, String pathAndQuery) {
    Await.until(
        START_LIMIT,
        "an answer on port " + port,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("it ended instead of answering\n" + process.describe());
          }
          return get(port, pathAndQuery).status() == 200;
        },
        process::describe);
  }
}
