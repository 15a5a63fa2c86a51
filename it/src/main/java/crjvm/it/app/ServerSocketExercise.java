package crjvm.it.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Servers from before the checkpoint: blocked in accept, in a selector, and on a Unix socket. */
final class ServerSocketExercise implements Exercise {
  private static final int TIME_LIMIT_MS = 10_000;

  private final int blockingPort = FreePort.find();
  private final int selectedPort = FreePort.find();
  private final Path unixPath = Path.of("unix-socket").toAbsolutePath();

  @Override
  public void prepare() throws Exception {
    ServerSocket blocking = new ServerSocket(blockingPort, 5, InetAddress.getLoopbackAddress());
    start("blocking-server", () -> serve(blocking));
    ServerSocketChannel selected =
        ServerSocketChannel.open()
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), selectedPort));
    Files.deleteIfExists(unixPath);
    ServerSocketChannel unix =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(unixPath));
    Selector selector = Selector.open();
    for (ServerSocketChannel channel : new ServerSocketChannel[] {selected, unix}) {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_ACCEPT);
    }
    start("selecting-server", () -> serve(selector));
  }

  private interface Server {
    void run() throws IOException;
  }

  private static void start(String name, Server server) {
    Thread thread =
        new Thread(
            () -> {
              try {
                server.run();
              } catch (IOException e) {
                e.printStackTrace();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void serve(ServerSocket server) throws IOException {
    while (true) {
      try (Socket connection = server.accept()) {
        connection.getOutputStream().write(connection.getInputStream().read() + 1);
      }
    }
  }

  private static void serve(Selector selector) throws IOException {
    while (true) {
      selector.select();
      for (SelectionKey key : selector.selectedKeys()) {
        try (SocketChannel connection = ((ServerSocketChannel) key.channel()).accept()) {
          if (connection != null) {
            ByteBuffer buffer = ByteBuffer.allocate(1);
            connection.read(buffer);
            connection.write(ByteBuffer.wrap(new byte[] {(byte) (buffer.get(0) + 1)}));
          }
        }
      }
      selector.selectedKeys().clear();
    }
  }

  @Override
  public String run() throws Exception {
    for (byte i = 1; i < 4; i++) {
      try (Socket socket = new Socket()) {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), blockingPort), TIME_LIMIT_MS);
        socket.setSoTimeout(TIME_LIMIT_MS);
        socket.getOutputStream().write(i);
        Exercise.check(socket.getInputStream().read() == i + 1, "the blocking server");
      }
      ask(new InetSocketAddress(InetAddress.getLoopbackAddress(), selectedPort), i);
      ask(UnixDomainSocketAddress.of(unixPath), i);
    }
    return "ports " + blockingPort + " and " + selectedPort;
  }

  private static void ask(SocketAddress address, byte question) throws IOException {
    try (SocketChannel channel = SocketChannel.open(address)) {
      channel.write(ByteBuffer.wrap(new byte[] {question}));
      ByteBuffer answer = ByteBuffer.allocate(1);
      channel.read(answer);
      Exercise.check(answer.get(0) == question + 1, "the server on %s", address);
    }
  }
}
