package crjvm.it.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** {@code --port N}: takes connections, one after the other, and never says a word. */
public final class MuteServer {
  private MuteServer() {}

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(args[1]);
    try (ServerSocket server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress())) {
      while (true) {
        try (Socket connection = server.accept()) {
          connection.getInputStream().readAllBytes();
        }
      }
    }
  }
}
