package consumer;

import com.sun.net.httpserver.HttpServer;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.apache.commons.io.FilenameUtils;

/** A server that answers with what the plugin has given it. */
public final class Plain {
  private Plain() {}

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

  private static String answer() {
    return String.join(
        "; ",
        System.getProperty("greeting"),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(each -> each.startsWith("-Xmx"))
            .findFirst()
            .orElse("no -Xmx"),
        System.getenv("COLOUR"),
        System.getenv("TOKEN_OF_THE_PIPELINE"),
        FilenameUtils.getName("/a/b/plain.txt"));
  }
}
