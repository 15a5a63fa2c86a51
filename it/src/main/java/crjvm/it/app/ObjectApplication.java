package crjvm.it.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.crac.Core;

/**
 * Makes kernel objects by name, as native libraries do, checks whether they have changed, and asks
 * for checkpoints. A test asks for all of this: {@code /make?NAME}, {@code /check?NAME}, {@code
 * /drop?NAME:DESCRIPTOR}, {@code /checkpoint}.
 */
public final class ObjectApplication {
  private static final ExecutorService CHECKPOINTS =
      Executors.newSingleThreadExecutor(ObjectApplication::daemon);

  private ObjectApplication() {}

  /** Returns the descriptor (0 if the object has none), or the negative error number. */
  private static native int make(String name, String folder);

  /** Returns "ok", or the difference. */
  private static native String check(String name);

  private static native void drop(String name, int descriptor);

  public static void main(String[] args) throws IOException {
    System.load(System.getProperty("crjvm.it.native"));
    String folder = Path.of("").toAbsolutePath().toString();
    HttpServer server =
        HttpServer.create(new InetSocketAddress("localhost", Integer.parseInt(args[1])), 0);
    server.setExecutor(Executors.newFixedThreadPool(2, ObjectApplication::daemon));
    server.createContext(
        "/",
        exchange -> {
          URI uri = exchange.getRequestURI();
          String query = uri.getQuery();
          answer(
              exchange,
              () ->
                  switch (uri.getPath()) {
                    case "/make" -> Integer.toString(make(query, folder));
                    case "/check" -> check(query);
                    case "/drop" -> drop(query);
                    case "/checkpoint" -> checkpoint();
                    default -> "ok";
                  });
        });
    server.start();
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private static String drop(String query) {
    String[] parts = query.split(":", -1);
    drop(parts[0], Integer.parseInt(parts[1]));
    return "ok";
  }

  /**
   * Makes a checkpoint in a thread of its own, because the connection of the request does not
   * survive.
   */
  private static String checkpoint() throws InterruptedException {
    Future<?> checkpoint =
        CHECKPOINTS.submit(
            (Callable<Void>)
                () -> {
                  Core.checkpointRestore();
                  return null;
                });
    try {
      checkpoint.get();
      return "ok";
    } catch (ExecutionException e) {
      // org.crac passes on the suppressed exceptions only.
      Throwable[] causes = e.getCause().getSuppressed();
      return causes.length == 0 ? e.getCause().toString() : causes[0].getMessage();
    }
  }

  private static void answer(HttpExchange exchange, Callable<String> work) throws IOException {
    try (exchange) {
      byte[] body = work.call().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (Exception e) {
      exchange.sendResponseHeaders(500, -1);
    }
  }
}
