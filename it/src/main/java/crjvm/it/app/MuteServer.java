package crjvm.it.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * Takes connections one after the other, sends nothing, and prints what each client has sent. The
 * command line: {@code --port N}.
 */
public final class MuteServer {
  private MuteServer() {}

  public static void main(String[] args) throws IOException {
    int port = Integer.parseInt(args[1]);
    try (ServerSocket server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress())) {
      while (true) {
        try (Socket connection = server.accept()) {
          byte[] said = connection.getInputStream().readAllBytes();
          System.out.println("connection: " + new String(said, StandardCharsets.ISO_8859_1));
        }
      }
    }
  }
}
