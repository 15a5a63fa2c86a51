package crjvm.benchmark.startup.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Holds a given amount of live objects and answers from them, as a cache does: {@code HeapServer
 * PORT MEGABYTES}.
 */
public final class HeapServer {
  /** The bytes of an entry's content. Objects are small, as in real heaps. */
  private static final int CONTENT = 1000;

  /** The bytes of an entry with its headers and its slot in the table. */
  private static final int ENTRY = 1048;

  /** The number of entries that an answer reads, spread over the whole heap. */
  private static final int READ = 16;

  private record Entry(int number, byte[] content) {}

  private final Entry[] entries;

  private HeapServer(int megabytes) {
    entries = new Entry[(int) (((long) megabytes << 20) / ENTRY)];
    for (int i = 0; i < entries.length; i++) {
      byte[] content = new byte[CONTENT];
      for (int at = 0; at < CONTENT; at++) {
        content[at] = (byte) (i * 31 + at * 7 + 1);
      }
      entries[i] = new Entry(i, content);
    }
  }

  /**
   * Binds the port only when the heap is full, so that every client that can connect gets an
   * answer.
   */
  public static void main(String[] args) throws IOException {
    HeapServer heap = new HeapServer(Integer.parseInt(args[1]));
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])), 0);
    server.createContext("/", heap::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    long sum = 0;
    for (int i = 0; i < READ; i++) {
      Entry entry = entries[(int) ((long) entries.length * i / READ)];
      sum += entry.number();
      for (byte b : entry.content()) {
        sum += b;
      }
    }
    byte[] body =
        ("entries " + entries.length + ", sum " + sum + "\n").getBytes(StandardCharsets.US_ASCII);
    try (exchange) {
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
