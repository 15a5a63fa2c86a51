package crjvm.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import crjvm.agent.library.Members;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HttpServersTest {
  private static final List<String> JDK =
      List.of("sun.nio.ch.ServerSocketChannelImpl", "java.net.ServerSocket");

  private static final List<String> TOMCAT =
      List.of(
          "org.apache.tomcat.util.net.NioEndpoint",
          "org.apache.coyote.AbstractProtocol",
          "org.apache.coyote.http11.AbstractHttp11Protocol",
          "org.apache.catalina.connector.Connector",
          "example.Main");

  private static boolean haveOpened(List<String> stack) {
    return HttpServers.haveOpened(Stream.of(JDK, stack).flatMap(List::stream).toList());
  }

  @Test
  void connectorsOfHttp() {
    assertThat(haveOpened(TOMCAT)).isTrue();
    assertThat(haveOpened(List.of("org.eclipse.jetty.server.ServerConnector"))).isTrue();
    assertThat(
            haveOpened(
                List.of(
                    "org.xnio.nio.NioXnioWorker", "org.xnio.XnioWorker", "io.undertow.Undertow")))
        .isTrue();
    assertThat(haveOpened(List.of("sun.net.httpserver.ServerImpl"))).isTrue();
  }

  @Test
  void otherPortsOfTheSameServers() {
    assertThat(haveOpened(List.of("org.apache.catalina.core.StandardServer", "example.Main")))
        .as("for its shutdown")
        .isFalse();
    assertThat(
            haveOpened(
                List.of(
                    "org.apache.tomcat.util.net.NioEndpoint",
                    "org.apache.coyote.AbstractProtocol",
                    "org.apache.coyote.ajp.AbstractAjpProtocol",
                    "org.apache.catalina.connector.Connector")))
        .isFalse();
  }

  @Test
  void whatAServerOfHttpStartsIsAnotherServer() {
    List<String> stack = List.of("example.Broker", "org.eclipse.jetty.server.ServerConnector");
    assertThat(haveOpened(stack)).isFalse();
    assertThat(haveOpened(List.of())).isFalse();
  }

  @Test
  void realSockets() throws Exception {
    Owned owned = new Owned(HttpServersTest.class.getClassLoader());
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer http = HttpServer.create(any, 0);
    try (ServerSocket server = new ServerSocket(0);
        ServerSocketChannel channel = ServerSocketChannel.open().bind(any)) {
      owned.add(channel);
      assertThat(owned.things()).extracting(Owned.Thing::isHttp).containsExactly(false);
      assertThat(SocketObjects.listeningPort(channel))
          .hasValue(((InetSocketAddress) channel.getLocalAddress()).getPort());
      assertThat(SocketObjects.listens(Members.get(server, "impl"))).isTrue();
      assertThat(SocketObjects.listeningPort(Members.get(server, "impl")))
          .hasValue(server.getLocalPort());
      assertThat(HttpServers.areBehindNetty(channel)).isFalse();
    } finally {
      http.stop(0);
    }
  }
}
