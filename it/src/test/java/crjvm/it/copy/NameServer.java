package crjvm.it.copy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * A DNS server on port 53 of a loopback address. It gives its own address for every host, and
 * accepts connections there. It has no IPv6 addresses.
 */
final class NameServer implements AutoCloseable {
  private static final int PORT = 53;
  private static final int SIZE = 512;
  private static final int HEADER = 12;
  private static final short ANSWER = (short) 0x8180;
  private static final short TYPE_A = 1;
  private static final short CLASS_IN = 1;
  private static final short NAME_OF_QUESTION = (short) 0xc00c;
  private static final int TIME_TO_LIVE_S = 86_400;

  private final DatagramSocket socket;
  private final ServerSocket connections;
  private final Thread server;
  private final Set<String> asked = new ConcurrentSkipListSet<>();

  NameServer(String address) throws IOException {
    InetSocketAddress place = new InetSocketAddress(InetAddress.getByName(address), PORT);
    socket = new DatagramSocket(place);
    connections = new ServerSocket();
    connections.bind(place);
    server = start(this::serve, "name server");
    start(this::accept, "connections of " + address);
  }

  private static Thread start(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  String address() {
    return socket.getLocalAddress().getHostAddress();
  }

  /** Returns the names that this server was asked for, in alphabetical order. */
  Set<String> asked() {
    return new TreeSet<>(asked);
  }

  /** Keeps each connection until the client closes it. */
  private void accept() {
    try {
      while (true) {
        Socket accepted = connections.accept();
        start(() -> drain(accepted), "connection");
      }
    } catch (IOException e) {
      // The socket was closed.
    }
  }

  private static void drain(Socket connection) {
    try (connection) {
      connection.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The client has reset the connection.
    }
  }

  private void serve() {
    DatagramPacket packet = new DatagramPacket(new byte[SIZE], SIZE);
    try {
      while (true) {
        packet.setLength(SIZE);
        socket.receive(packet);
        byte[] answer = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
        socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      }
    } catch (IOException e) {
      // The socket was closed.
    }
  }

  private byte[] answer(ByteBuffer query) {
    int end = HEADER;
    StringBuilder name = new StringBuilder();
    while (query.get(end) != 0) {
      byte[] label = new byte[query.get(end)];
      query.get(end + 1, label);
      name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
      end += label.length + 1;
    }
    asked.add(name.toString());
    short type = query.getShort(end + 1);
    int question = end + 5 - HEADER;
    ByteBuffer answer = ByteBuffer.allocate(SIZE);
    answer.putShort(query.getShort(0)).putShort(ANSWER).putShort((short) 1);
    answer.putShort((short) (type == TYPE_A ? 1 : 0)).putShort((short) 0).putShort((short) 0);
    answer.put(query.array(), HEADER, question);
    if (type == TYPE_A) {
      byte[] own = socket.getLocalAddress().getAddress();
      answer.putShort(NAME_OF_QUESTION).putShort(TYPE_A).putShort(CLASS_IN);
      answer.putInt(TIME_TO_LIVE_S).putShort((short) own.length).put(own);
    }
    byte[] bytes = new byte[answer.flip().remaining()];
    answer.get(bytes);
    return bytes;
  }

  /** Closes the sockets. The port is free when no thread reads from it any more. */
  @Override
  public void close() throws IOException {
    socket.close();
    connections.close();
    try {
      server.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
