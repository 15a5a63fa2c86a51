package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.Await;
import crjvm.agent.os.jdk.JdkInside;
import java.io.FileDescriptor;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketImpl;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that make cached addresses of this JVM's sockets wrong, which the step has to correct. */
@Timeout(60)
class PortsStepTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final InetSocketAddress WRONG =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);

  @AfterEach
  void removeProperties() {
    System.clearProperty("crjvm.listen.9");
    System.clearProperty("crjvm.listen.udp.9");
  }

  @Test
  void serverSocketThatNobodyUses() throws Exception {
    try (ServerSocket server = new ServerSocket(0)) {
      int port = server.getLocalPort();
      Field impl = JdkInside.field(ServerSocket.class, "impl");
      JdkInside.field(SocketImpl.class, "localport").setInt(impl.get(server), 9);
      Object fd = JdkInside.field(SocketImpl.class, "fd").get(impl.get(server));

      new PortsStep().apply(message(fd, "tcp 9 " + port));

      assertThat(server.getLocalPort()).isEqualTo(port);
      assertThat(System.getProperty("crjvm.listen.9")).isEqualTo(Integer.toString(port));
    }
  }

  @Test
  void datagramChannelThatNobodyUses() throws Exception {
    try (DatagramChannel channel = DatagramChannel.open().bind(ANY)) {
      InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
      Object fd = spoil(channel);

      new PortsStep().apply(message(fd, "udp 9 " + address.getPort()));

      assertThat(channel.getLocalAddress()).isEqualTo(address);
      assertThat(System.getProperty("crjvm.listen.udp.9")).isEqualTo("" + address.getPort());
    }
  }

  @Test
  void serverChannelThatAThreadSelects() throws Exception {
    try (ServerSocketChannel channel = ServerSocketChannel.open().bind(ANY);
        Selector selector = Selector.open()) {
      InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_ACCEPT);
      Thread thread = start(selector::select);
      PortsStep step = awaitBlocked(thread, "sun.nio.ch.EPoll.wait");
      selector.wakeup(); // busy at the restore
      thread.join();
      Object fd = spoil(channel);

      step.apply(message(fd, "tcp 9 " + address.getPort()));

      assertThat(channel.getLocalAddress()).isEqualTo(address);
    }
  }

  @Test
  void serverChannelThatAThreadAccepts() throws Exception {
    ServerSocketChannel channel = ServerSocketChannel.open().bind(ANY);
    InetSocketAddress address = (InetSocketAddress) channel.getLocalAddress();
    Thread thread = start(channel::accept);
    PortsStep step = awaitBlocked(thread, "sun.nio.ch.Net.accept");
    Object fd = spoil(channel);

    step.apply(message(fd, "tcp 9 " + address.getPort()));

    assertThat(channel.getLocalAddress()).isEqualTo(address);
    channel.close();
    thread.join();
    step.apply(message(fd, "tcp 9 " + address.getPort())); // no effect on a closed channel
  }

  @Test
  void othersStayAsTheyAre() throws Exception {
    try (DatagramChannel channel = DatagramChannel.open().bind(ANY)) {
      spoil(channel);
      new PortsStep().apply(new RestoreMessage(Map.of(), List.of(), List.of(), List.of()));
      assertThat(channel.getLocalAddress()).isEqualTo(WRONG);
    }
  }

  private static Object spoil(Object channel) throws ReflectiveOperationException {
    JdkInside.field(channel.getClass(), "localAddress").set(channel, WRONG);
    return JdkInside.field(channel.getClass(), "fd").get(channel);
  }

  private static RestoreMessage message(Object descriptor, String port)
      throws ReflectiveOperationException {
    int number = JdkInside.field(FileDescriptor.class, "fd").getInt(descriptor);
    return new RestoreMessage(Map.of("port." + number, port), List.of(), List.of(), List.of());
  }

  private interface Work {
    Object run() throws Exception;
  }

  private static Thread start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (ClosedChannelException e) {
                return; // the test ends it in this way
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    thread.start();
    return thread;
  }

  /**
   * Waits until the thread is in the system call, or directly before it. The JDK records the object
   * that a thread waits for in a method around the call.
   */
  private static PortsStep awaitBlocked(Thread thread, String call) throws Exception {
    Await.until(
        call,
        () -> {
          assertThat(thread.isAlive()).isTrue();
          return List.of(thread.getStackTrace()).toString().contains(call);
        });
    return new PortsStep();
  }
}
