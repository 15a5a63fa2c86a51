package crjvm.it.copy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A DNS server on port 53 of a loopback address. It gives its own address for every host. It has no
 * IPv6 addresses.
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

  NameServer(String address) throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), PORT));
    Thread thread = new Thread(this::serve, "name server");
    thread.setDaemon(true);
    thread.start();
  }

  String address() {
    return socket.getLocalAddress().getHostAddress();
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
    while (query.get(end) != 0) {
      end += query.get(end) + 1;
    }
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

  @Override
  public void close() {
    socket.close();
  }
}
