package consumer;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server that reports which JDK runs it, from which class path, and without which privileges. */
public final class Server {
  private Server() {}

  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(args[0])), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = answer().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  private static String answer() throws IOException {
    String status = Files.readString(Path.of("/proc/self/status"));
    return String.join(
        " ",
        System.getProperty("java.home"),
        System.getProperty("java.class.path"),
        status.replaceFirst("(?s).*(NoNewPrivs:)\\s(\\d).*", "$1 $2"));
  }
}
