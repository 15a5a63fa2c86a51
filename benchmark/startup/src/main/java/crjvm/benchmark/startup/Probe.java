package crjvm.benchmark.startup;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jdk.net.ExtendedSocketOptions;

/**
 * A connection to a server on this machine that sends raw requests one after the other. It is
 * exact, and so cheap that it does not take processor time from the measured process.
 */
final class Probe implements AutoCloseable {
  private static final int LIMIT_MILLIS = 120_000;
  private static final byte[] LOCALHOST = {127, 0, 0, 1};

  private final int port;
  private final byte[] buffer = new byte[1 << 16];
  private Socket socket;
  private boolean isLast;

  private Probe(int port, Socket socket) {
    this.port = port;
    this.socket = socket;
  }

  /** Connects to a port. The result is null if nobody listens. */
  static Probe connect(int port) throws IOException {
    Socket socket = open(port);
    return socket == null ? null : new Probe(port, socket);
  }

  private static Socket open(int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getByAddress(LOCALHOST), port), LIMIT_MILLIS);
      if (socket.getLocalPort() == port) { // connected to itself
        socket.close();
        return null;
      }
      return socket;
    } catch (ConnectException e) {
      socket.close();
      return null;
    }
  }

  /** Returns the bytes of a request, which is made once and sent often. */
  static byte[] request(String path) {
    return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Returns the body of an answer with status 200. If the server ends the connection, a new one is
   * made.
   */
  byte[] ask(byte[] request) throws IOException {
    if (isLast) {
      close();
      socket = open(port);
      if (socket == null) {
        throw new IOException("the server does not listen any more");
      }
    }
    socket.getOutputStream().write(request);
    acknowledgeAtOnce();
    int filled = 0;
    int head;
    do {
      filled += read(filled);
      head = endOfHead(filled);
    } while (head < 0);
    String text = new String(buffer, 0, head, StandardCharsets.ISO_8859_1);
    if (!text.startsWith("HTTP/1.1 200")) {
      throw new IOException("the answer was \"" + text.lines().findFirst().orElse("") + "\"");
    }
    int connection = indexOfHeader(text, "connection:");
    isLast = connection > 0 && text.startsWith("close", connection + 1);
    byte[] rest = Arrays.copyOfRange(buffer, head, filled);
    int length = length(text);
    if (length < 0) {
      return chunks(rest);
    }
    if (rest.length < length) {
      acknowledgeAtOnce();
    }
    return whole(rest, length);
  }

  /**
   * Acknowledges segments at once. A server that sends head and body separately waits up to 40 ms
   * for the acknowledgement of the head. The kernel resets this option at the next segment that it
   * sends.
   */
  private void acknowledgeAtOnce() throws IOException {
    socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
  }

  private int read(int at) throws IOException {
    int got = socket.getInputStream().read(buffer, at, buffer.length - at);
    if (got <= 0) {
      throw new IOException("the connection ended early");
    }
    return got;
  }

  private int endOfHead(int filled) {
    for (int i = 3; i < filled; i++) {
      if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** Returns the length of the body, or -1 if it comes in chunks. */
  private static int length(String head) {
    int at = indexOfHeader(head, "content-length:");
    return at < 0 ? -1 : Integer.parseInt(head.substring(at, head.indexOf('\r', at)).strip());
  }

  private static int indexOfHeader(String head, String name) {
    for (int at = head.indexOf('\n'); at > 0; at = head.indexOf('\n', at + 1)) {
      if (head.regionMatches(true, at + 1, name, 0, name.length())) {
        return at + 1 + name.length();
      }
    }
    return -1;
  }

  private byte[] whole(byte[] begun, int length) throws IOException {
    byte[] body = Arrays.copyOf(begun, length);
    int filled = begun.length;
    while (filled < length) {
      int got = socket.getInputStream().read(body, filled, length - filled);
      if (got < 0) {
        throw new IOException("the connection ended early");
      }
      filled += got;
    }
    return body;
  }

  private byte[] chunks(byte[] begun) throws IOException {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    raw.write(begun);
    while (true) {
      byte[] body = decoded(raw.toByteArray());
      if (body != null) {
        return body;
      }
      raw.write(buffer, 0, read(0));
    }
  }

  /** Decodes chunks. The result is null if the last chunk has not arrived yet. */
  private static byte[] decoded(byte[] raw) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int at = 0;
    while (true) {
      int line = at;
      while (line < raw.length && raw[line] != '\n') {
        line++;
      }
      if (line == raw.length) {
        return null;
      }
      String size = new String(raw, at, line - at, StandardCharsets.US_ASCII).strip();
      int length = Integer.parseInt(size, 16);
      at = line + 1;
      if (raw.length < at + length + 2) {
        return null;
      } else if (length == 0) {
        return body.toByteArray();
      }
      body.write(raw, at, length);
      at += length + 2;
    }
  }

  /**
   * Closes the connection at once, because thousands of connections in the waiting state would slow
   * down the next ones.
   */
  @Override
  public void close() throws IOException {
    socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    socket.close();
  }
}
