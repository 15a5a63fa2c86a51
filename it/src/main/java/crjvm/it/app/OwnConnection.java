package crjvm.it.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** A connection with both ends in this process. The server waits for a request that never comes. */
final class OwnConnection {
  private final ServerSocket server;

  OwnConnection(int port) throws IOException {
    server = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
  }

  /** Opens the connection. The result ends it and says what the server has seen. */
  Callable<String> open() {
    try {
      Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
      Socket accepted = server.accept();
      FutureTask<String> reader = new FutureTask<>(() -> read(accepted));
      new Thread(reader, "reader").start();
      return () -> {
        client.close();
        return reader.get();
      };
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(Socket socket) {
    try (InputStream in = socket.getInputStream()) {
      return in.read() < 0 ? "ended" : "data";
    } catch (IOException e) {
      return e.toString();
    }
  }
}
