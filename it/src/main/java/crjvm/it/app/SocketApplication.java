package crjvm.it.app;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * Opens sockets of IPv4 and IPv6, TCP and UDP, on given ports. Each answers every message with its
 * name. The command line: {@code --port N NAME=PORT …}. {@code /local?NAME} tells which address the
 * socket object has.
 */
public final class SocketApplication {
  private static final Map<String, Callable<SocketAddress>> LOCAL = new TreeMap<>();

  private SocketApplication() {}

  /** A loop that runs until the process ends. */
  private interface Loop {
    void round() throws IOException;
  }

  public static void main(String[] args) throws IOException {
    for (int i = 2; i < args.length; i++) {
      String[] words = args[i].split("=", 2);
      int port = Integer.parseInt(words[1]);
      String name = words[0];
      switch (name) {
        case "tcp-any" -> serve(name, new ServerSocket(port));
        case "tcp6" -> serve(name, new ServerSocket(port, 5, InetAddress.getByName("::1")));
        case "tcp6-channel" -> select(name, StandardProtocolFamily.INET6, "::1", port);
        case "tcp4-channel" -> select(name, StandardProtocolFamily.INET, "127.0.0.1", port);
        case "udp-any" -> serve(name, new DatagramSocket(port));
        case "udp6" -> serve(name, new DatagramSocket(port, InetAddress.getByName("::1")));
        case "udp6-channel" -> receive(name, StandardProtocolFamily.INET6, "::1", port);
        case "udp4-channel" -> receive(name, StandardProtocolFamily.INET, "127.0.0.1", port);
        default -> throw new IllegalArgumentException(args[i]);
      }
    }
    answerQuestions(Integer.parseInt(args[1]));
  }

  private static void answerQuestions(int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String query = exchange.getRequestURI().getQuery();
            byte[] body =
                answer(exchange.getRequestURI().getPath(), query).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
  }

  private static String answer(String path, String query) {
    try {
      return switch (path) {
        case "/local" -> String.valueOf(LOCAL.get(query).call());
        case "/property" -> String.valueOf(System.getProperty(query));
        default -> "ok";
      };
    } catch (Exception e) {
      return e.toString();
    }
  }

  private static void loop(String name, Loop loop) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  loop.round();
                }
              } catch (IOException e) {
                e.printStackTrace();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  /** Serves connections from a thread that blocks in accept. */
  private static void serve(String name, ServerSocket server) {
    LOCAL.put(name, server::getLocalSocketAddress);
    loop(
        name,
        () -> {
          try (Socket connection = server.accept()) {
            connection.getOutputStream().write(bytes(name));
          }
        });
  }

  /** Answers datagrams from a thread that blocks in receive. */
  private static void serve(String name, DatagramSocket socket) {
    LOCAL.put(name, socket::getLocalSocketAddress);
    loop(
        name,
        () -> {
          DatagramPacket packet = new DatagramPacket(new byte[64], 64);
          socket.receive(packet);
          socket.send(new DatagramPacket(bytes(name), name.length(), packet.getSocketAddress()));
        });
  }

  /** Serves connections from a thread that blocks in a selector. */
  private static void select(String name, StandardProtocolFamily family, String address, int port)
      throws IOException {
    Selector selector = Selector.open();
    ServerSocketChannel server = ServerSocketChannel.open(family);
    server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    server.bind(new InetSocketAddress(address, port)).configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT);
    LOCAL.put(name, server::getLocalAddress);
    loop(
        name,
        () -> {
          selector.select();
          selector.selectedKeys().clear();
          try (SocketChannel connection = server.accept()) {
            if (connection != null) {
              connection.write(ByteBuffer.wrap(bytes(name)));
            }
          }
        });
  }

  /** Answers datagrams from a thread that blocks in a selector. */
  private static void receive(String name, StandardProtocolFamily family, String address, int port)
      throws IOException {
    Selector selector = Selector.open();
    DatagramChannel channel = DatagramChannel.open(family);
    channel.bind(new InetSocketAddress(address, port)).configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    LOCAL.put(name, channel::getLocalAddress);
    loop(
        name,
        () -> {
          selector.select();
          selector.selectedKeys().clear();
          SocketAddress from = channel.receive(ByteBuffer.allocate(64));
          if (from != null) {
            channel.send(ByteBuffer.wrap(bytes(name)), from);
          }
        });
  }
}
