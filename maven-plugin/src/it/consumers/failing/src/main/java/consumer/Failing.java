package consumer;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

/** A server, if it gets a port. One of its pages is missing. */
public final class Failing {
  private Failing() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("die")) {
      System.err.println("no database at 192.0.2.1");
      System.exit(3);
    }
    // This child process keeps running. It has to end with the build, too.
    if (System.getProperty("child") != null) {
      new ProcessBuilder("sleep", System.getProperty("child")).start();
    }
    HttpServer server = HttpServer.create(new InetSocketAddress(Integer.parseInt(args[0])), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean isThere = exchange.getRequestURI().getPath().equals("/");
          exchange.sendResponseHeaders(isThere ? 200 : 404, -1);
          exchange.close();
        });
    server.start();
  }
}
