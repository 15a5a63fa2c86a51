package crjvm.it.bench.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server on loopback, without TLS, that gives every request the same answer and remembers the
 * requests.
 */
public final class RecordingServer implements AutoCloseable {
  private static final int TLS_HANDSHAKE = 22;

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final String answer;

  /**
   * @param answer the head of the answer; if it is empty, the server closes the connection
   */
  public RecordingServer(String... answer) throws IOException {
    this.answer = String.join("\r\n", answer);
    Thread thread = new Thread(this::serve, "recording server");
    thread.setDaemon(true);
    thread.start();
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** Returns the requests with their headers. TLS handshakes are left out. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        answer(connection);
      } catch (IOException e) {
        // The client has gone, or the test has ended.
      }
    }
  }

  private void answer(Socket connection) throws IOException {
    InputStream in = connection.getInputStream();
    StringBuilder request = new StringBuilder();
    int next = in.read();
    if (next != TLS_HANDSHAKE) {
      for (; next >= 0; next = in.read()) {
        request.append((char) next);
        if (request.toString().endsWith("\r\n\r\n")) {
          break;
        }
      }
      requests.add(request.toString());
    }
    String words = answer.replace("{port}", Integer.toString(port()));
    if (!words.isEmpty()) {
      connection
          .getOutputStream()
          .write(
              (words + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
