package crjvm.it.checkpoint;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * An HTTP server that never ends a connection, and records how its clients end theirs. It speaks
 * HTTP/2 with clients that ask for the upgrade (h2c), just enough to answer with 200.
 */
final class KeepAliveServer implements AutoCloseable {
  private static final int PREFACE = 24;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int ACK = 1;
  private static final int END_STREAM_END_HEADERS = 5;
  private static final byte STATUS_200 = (byte) 0x88; // It is an entry of HPACK's static table.

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final CountDownLatch answering;

  private KeepAliveServer(int reasonsToWait) throws IOException {
    answering = new CountDownLatch(reasonsToWait);
    start(this::accept);
  }

  static KeepAliveServer start() throws IOException {
    return new KeepAliveServer(0);
  }

  /** Returns a server that takes requests, and answers them only after {@link #answer}. */
  static KeepAliveServer slow() throws IOException {
    return new KeepAliveServer(1);
  }

  void answer() {
    answering.countDown();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "keep-alive server");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  /** Returns each connection with its first path and its end: {@code /path: open}. */
  List<String> connections() {
    return connections.stream().map(each -> each.path + ": " + each.end).sorted().toList();
  }

  private void accept() {
    try {
      while (true) {
        Connection connection = new Connection(server.accept());
        connections.add(connection);
        start(connection::serve);
      }
    } catch (IOException e) {
      // The socket is closed at the end of the test.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Connection connection : connections) {
      connection.socket.close();
    }
  }

  private final class Connection {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private volatile String path = "?";
    private volatile String end = "open";

    Connection(Socket socket) throws IOException {
      this.socket = socket;
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    void serve() {
      try {
        for (String head; !(head = readHead()).isEmpty(); ) {
          path = head.split(" ", 3)[1];
          if (head.contains("Upgrade: h2c")) {
            write(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
            serveFrames();
          }
          answering.await();
          write("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=600\r\nContent-Length: 2\r\n\r\nok");
        }
        end = "ended";
      } catch (EOFException e) {
        end = "ended";
      } catch (IOException | InterruptedException e) {
        end = e.toString();
      }
    }

    /** Reads the head of a request without a body. The result is empty if there are no more. */
    private String readHead() throws IOException {
      StringBuilder head = new StringBuilder();
      for (int c; head.indexOf("\r\n\r\n") < 0 && (c = in.read()) >= 0; ) {
        head.append((char) c);
      }
      return head.toString();
    }

    private void write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Serves HTTP/2 frames. Only an exception ends the loop. */
    private void serveFrames() throws IOException, InterruptedException {
      writeFrame(SETTINGS, 0, 0);
      in.readNBytes(PREFACE);
      answering.await();
      // This answers the request that asked for the upgrade.
      writeFrame(HEADERS, END_STREAM_END_HEADERS, 1, STATUS_200);
      while (true) {
        int start = in.readInt();
        int type = start & 0xff;
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[start >>> 8];
        in.readFully(payload);
        if (type == HEADERS) {
          writeFrame(HEADERS, END_STREAM_END_HEADERS, stream, STATUS_200);
        } else if ((type == SETTINGS || type == PING) && flags != ACK) {
          writeFrame(type, ACK, 0, type == PING ? payload : new byte[0]);
        }
      }
    }

    private void writeFrame(int type, int flags, int stream, byte... payload) throws IOException {
      ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
      frame.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream).put(payload);
      out.write(frame.array());
    }
  }
}
