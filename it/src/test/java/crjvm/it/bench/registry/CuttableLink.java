package crjvm.it.bench.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A link to a server on loopback that breaks after a number of bytes, until it is mended. It
 * carries no TLS, and closes a connection that begins with it.
 */
public final class CuttableLink implements AutoCloseable {
  private static final int CHUNK = 1 << 14;
  private static final int BACKLOG = 50;
  private static final int TLS_HANDSHAKE = 22;

  private final ServerSocket socket =
      new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);
  private final int target;

  /**
   * @param target the port of the server
   */
  public CuttableLink(int target) throws IOException {
    this.target = target;
    start(this::serve);
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "cuttable link");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns HOST, with the port. */
  public String host() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /** Breaks the link after so many bytes in either direction: all connections, and new ones. */
  public void cutAfter(long bytes) {
    left.set(bytes);
  }

  public void mend() {
    left.set(Long.MAX_VALUE);
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        connect(socket.accept());
      } catch (IOException e) {
        // The server or the link has been closed.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    if (left.get() <= 0) {
      client.close();
      return;
    }
    start(() -> carry(client));
  }

  private void carry(Socket client) {
    try {
      PushbackInputStream in = new PushbackInputStream(client.getInputStream());
      int first = in.read();
      if (first < 0 || first == TLS_HANDSHAKE) {
        client.close();
        return;
      }
      in.unread(first);
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(client);
      open.add(server);
      InputStream back = server.getInputStream();
      start(() -> pump(back, server, client));
      pump(in, client, server);
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private void pump(InputStream in, Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try (from;
        to) {
      OutputStream out = to.getOutputStream();
      for (int count; (count = in.read(chunk)) > 0; ) {
        long rest = left.addAndGet(-count);
        if (rest < 0) {
          out.write(chunk, 0, (int) Math.max(0, count + rest));
          closeAll();
          return;
        }
        out.write(chunk, 0, count);
      }
    } catch (IOException e) {
      // One side has ended the connection.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private void closeAll() {
    for (Socket each : open) {
      try (each) {
        each.setSoLinger(true, 0); // the other side sees a reset, in the middle of an answer
      } catch (IOException e) {
        // The thread that carries its bytes has closed it meanwhile.
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    closeAll();
  }
}
