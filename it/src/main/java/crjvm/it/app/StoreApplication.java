package crjvm.it.app;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A server that keeps lines in memory and in files of a folder, in the way that {@code style}
 * names. {@code /add?LINE} answers when the line is in the files. {@code /lines} answers from
 * memory only. {@code /config} returns the content that a file had when the server started. {@code
 * /unpacked} returns the content of files that the server unpacks, and deletes when it ends.
 */
public final class StoreApplication {
  private final Map<String, String> options;
  private final List<String> lines = new ArrayList<>();
  private final String config;
  private final LineFiles files;
  private final List<Path> unpacked = new ArrayList<>();

  private StoreApplication(Map<String, String> options) throws IOException {
    this.options = options;
    Path configured = Path.of(options.getOrDefault("config", "none"));
    config = Files.exists(configured) ? Files.readString(configured) : "";
    files = LineFiles.open(options.get("style"), Path.of(options.get("store")), lines);
    if (options.containsKey("unpack")) {
      unpack(Files.createTempDirectory(Path.of(options.get("unpack")), "unpacked-"));
    }
  }

  private void unpack(Path folder) throws IOException {
    for (String name : List.of("one", "two", "three")) {
      unpacked.add(Files.writeString(folder.resolve(name), name));
    }
    unpacked.get(0).toFile().deleteOnExit();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  unpacked.get(1).toFile().delete();
                  try {
                    Files.deleteIfExists(unpacked.get(2));
                  } catch (IOException e) {
                    e.printStackTrace();
                  }
                  System.out.println("deleted");
                }));
  }

  private String unpacked() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Path file : unpacked) {
      text.append(Files.readString(file));
    }
    return text.toString();
  }

  /**
   * Starts the server: {@code --port PORT --store FOLDER --style STYLE [--config FILE] [--unpack
   * FOLDER]}.
   */
  public static void main(String[] args) throws IOException {
    Map<String, String> options = new java.util.HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      options.put(args[i].substring(2), args[i + 1]);
    }
    new StoreApplication(options).serve();
  }

  private void serve() throws IOException {
    int port = Integer.parseInt(options.get("port"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String text;
    int status = 200;
    try {
      text = answer(exchange.getRequestURI().getPath(), exchange.getRequestURI().getQuery());
    } catch (IOException e) {
      text = e.toString();
      status = 500;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized String answer(String path, String query) throws IOException {
    switch (path) {
      case "/add" -> {
        files.add(query);
        return "ok";
      }
      case "/lines" -> {
        return String.join("\n", lines);
      }
      case "/unpacked" -> {
        return unpacked();
      }
      case "/config" -> {
        return config;
      }
      default -> {
        return "ready";
      }
    }
  }
}
