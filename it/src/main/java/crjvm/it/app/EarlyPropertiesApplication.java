package crjvm.it.app;

import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.TimeZone;
import java.util.concurrent.ForkJoinPool;
import java.util.logging.LogManager;

/**
 * Sets system properties that the JDK reads once, when it first needs them, as Quarkus and others
 * do at the beginning of {@code main}. It answers with what they have caused.
 */
public final class EarlyPropertiesApplication {
  /** A log manager. Its class has to be public. */
  public static final class Manager extends LogManager {}

  private EarlyPropertiesApplication() {}

  /** Starts the server: {@code --port PORT}. */
  public static void main(String[] args) throws IOException {
    System.setProperty("java.util.logging.manager", Manager.class.getName());
    System.setProperty("java.util.concurrent.ForkJoinPool.common.parallelism", "7");
    System.setProperty("user.timezone", "Asia/Tokyo");
    System.setProperty("java.io.tmpdir", System.getProperty("user.dir"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress("localhost", Integer.parseInt(args[1])), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = effects().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  private static String effects() throws IOException {
    File temporary = File.createTempFile("early", null);
    temporary.delete();
    return String.join(
        " ",
        LogManager.getLogManager().getClass().getSimpleName(),
        Integer.toString(ForkJoinPool.getCommonPoolParallelism()),
        TimeZone.getDefault().getID(),
        temporary.getParent(),
        String.valueOf(System.getProperty("jna.platform.library.path")));
  }
}
