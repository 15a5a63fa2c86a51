package crjvm.it.app;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** UDP sockets that were bound before the checkpoint. */
final class DatagramExercise implements Exercise {
  private static final int TIME_LIMIT_MS = 10_000;

  private final int socketPort = FreePort.find();
  private final int channelPort = FreePort.find();
  private DatagramSocket socket;
  private DatagramChannel channel;

  @Override
  public void prepare() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    socket = new DatagramSocket(new InetSocketAddress(loopback, socketPort));
    socket.setSoTimeout(TIME_LIMIT_MS);
    channel = DatagramChannel.open().bind(new InetSocketAddress(loopback, channelPort));
  }

  @Override
  public String run() throws Exception {
    byte[] text = "datagram".getBytes(StandardCharsets.UTF_8);
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (DatagramSocket sender = new DatagramSocket()) {
      sender.send(new DatagramPacket(text, text.length, loopback, socketPort));
      DatagramPacket packet = new DatagramPacket(new byte[64], 64);
      socket.receive(packet);
      Exercise.check(
          Arrays.equals(text, Arrays.copyOf(packet.getData(), packet.getLength())),
          "the socket received something else");
    }
    channel.configureBlocking(true);
    channel.send(ByteBuffer.wrap(text), new InetSocketAddress(loopback, channelPort));
    ByteBuffer buffer = ByteBuffer.allocate(64);
    channel.receive(buffer);
    Exercise.check(
        Arrays.equals(text, Arrays.copyOf(buffer.array(), buffer.position())),
        "the channel received something else");
    return "ports " + socketPort + " and " + channelPort;
  }
}
