package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code --listen} for every kind of socket of the JDK: TCP and UDP, IPv4 and IPv6. */
@BesideOthers
@Tag("core")
class ListenIT {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String LOOPBACK_6 = "::1";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** The addresses at which each socket answers. */
  private static final Map<String, List<String>> SOCKETS = new LinkedHashMap<>();

  static {
    for (String transport : List.of("tcp", "udp")) {
      SOCKETS.put(transport + "-any", List.of(LOOPBACK, LOOPBACK_6));
      SOCKETS.put(transport + "6", List.of(LOOPBACK_6));
      SOCKETS.put(transport + "6-channel", List.of(LOOPBACK_6));
      SOCKETS.put(transport + "4-channel", List.of(LOOPBACK));
    }
  }

  private static final Map<String, Integer> PORTS = new LinkedHashMap<>();

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk -> {
            String main = "crjvm.it.app.SocketApplication";
            TestJvm jvm = new TestJvm(BENCH, jdk).main("-cp", BENCH.application().toString(), main);
            PORTS.forEach((name, port) -> jvm.arguments(name + "=" + port));
            return jvm.checkpoint("at=http:" + jvm.url());
          });

  @BeforeAll
  static void needBothFamilies() throws IOException {
    Requirement.need(
        Files.exists(Path.of("/proc/net/if_inet6"))
            && Files.readString(Path.of("/proc/net/if_inet6")).contains(" lo"),
        "there is no IPv6 on the loop-back interface");
    SOCKETS.keySet().forEach(name -> PORTS.put(name, FreePort.find()));
  }

  @OnEachJdk
  @Tag("smoke")
  void withoutListenEachAnswersWhereItWas(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess restored = checkpoint.restore();
    for (String name : SOCKETS.keySet()) {
      assertAnswers(checkpoint, name, PORTS.get(name));
    }
    assertThat(restored.terminate()).isEqualTo(143);
  }

  /**
   * Moves every second socket to a port of our choice, and the others to a port of the kernel's
   * choice.
   */
  @OnEachJdk
  void eachAnswersOnItsNewPort(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Path file = checkpoint.jvm().folder().resolve("ports");
    Map<String, Integer> chosen = new LinkedHashMap<>();
    List<String> options = new ArrayList<>(List.of("--port-file", file.toString()));
    for (String name : SOCKETS.keySet()) {
      chosen.put(name, chosen.size() % 2 == 0 ? FreePort.find() : 0);
      String from = name.endsWith("6-channel") ? "[::1]:" + PORTS.get(name) : "" + PORTS.get(name);
      String transport = chosen.size() % 3 == 0 ? name.substring(0, 3) + ":" : "";
      options.addAll(List.of("--listen", transport + from + "=" + chosen.get(name)));
    }
    RunningProcess restored = checkpoint.restore(options);
    Map<String, Integer> ports = read(file);
    for (String name : SOCKETS.keySet()) {
      String key = (name.startsWith("udp") ? "udp:" : "") + PORTS.get(name);
      int port = ports.get(key);
      if (chosen.get(name) == 0) {
        assertThat(restored.stderr()).contains("crjvm: listening: " + key + "=" + port + "\n");
      } else {
        assertThat(port).isEqualTo(chosen.get(name));
      }
      assertAnswers(checkpoint, name, port);
      assertThat(checkpoint.ask("/property?crjvm.listen." + key.replace(':', '.')))
          .isEqualTo(Integer.toString(port));
      for (String address : SOCKETS.get(name)) {
        assertSilent(name, address, PORTS.get(name));
      }
    }
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static Map<String, Integer> read(Path file) throws IOException {
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (String line : Files.readAllLines(file)) {
      int equals = line.indexOf('=');
      ports.put(line.substring(0, equals), Integer.valueOf(line.substring(equals + 1)));
    }
    return ports;
  }

  /** Moves a socket to an address of IPv6 or of IPv4. */
  @Test
  void otherAddressesOfAnIpv6Socket() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess restored =
        checkpoint.restore(
            List.of("--listen", "[::]:" + PORTS.get("tcp-any") + "=[::1]:" + PORTS.get("tcp-any")),
            List.of(
                "--listen", "udp:" + PORTS.get("udp-any") + "=127.0.0.1:" + PORTS.get("udp-any")),
            List.of("--listen", "[::1]:" + PORTS.get("tcp6") + "=[::]:" + PORTS.get("tcp6")),
            List.of(
                "--listen", PORTS.get("tcp6-channel") + "=127.0.0.1:" + PORTS.get("tcp6-channel")));
    assertThat(ask("tcp", LOOPBACK_6, PORTS.get("tcp-any"))).isEqualTo("tcp-any");
    assertSilent("tcp", LOOPBACK, PORTS.get("tcp-any"));
    assertThat(ask("udp", LOOPBACK, PORTS.get("udp-any"))).isEqualTo("udp-any");
    assertSilent("udp", LOOPBACK_6, PORTS.get("udp-any"));
    for (String address : List.of(LOOPBACK, LOOPBACK_6)) {
      assertThat(ask("tcp", address, PORTS.get("tcp6"))).isEqualTo("tcp6");
    }
    assertThat(ask("tcp", LOOPBACK, PORTS.get("tcp6-channel"))).isEqualTo("tcp6-channel");
    assertSilent("tcp", LOOPBACK_6, PORTS.get("tcp6-channel"));
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @Test
  void takenPortIsAnError() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getByName(LOOPBACK_6))) {
      int port = taken.getLocalPort();
      RunningProcess refused =
          checkpoint.command("--listen", PORTS.get("udp6") + "=" + port).run("refused");
      assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(124);
      assertThat(refused.stderr()).contains("port " + port + " is taken; ").hasLineCount(1);
    }
    RunningProcess refused =
        checkpoint.command("--listen", PORTS.get("udp4-channel") + "=[::1]:0").run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(124);
    assertThat(refused.stderr()).contains("listens there with IPv4 only; give an IPv4 address");
  }

  private static void assertAnswers(Checkpoint checkpoint, String name, int port)
      throws IOException {
    for (String address : SOCKETS.get(name)) {
      assertThat(ask(name, address, port)).as(address).isEqualTo(name);
    }
    assertThat(checkpoint.ask("/local?" + name)).as(name).endsWith(":" + port);
  }

  private static String ask(String name, String address, int port) throws IOException {
    return name.startsWith("tcp") ? askTcp(address, port) : askUdp(address, port);
  }

  private static String askTcp(String address, int port) throws IOException {
    int limit = (int) RunningProcess.LIMIT.toMillis();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), limit);
      socket.setSoTimeout(limit);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /** Asks through a connected socket, so that the kernel reports if nobody is there. */
  private static String askUdp(String address, int port) throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(new InetSocketAddress(address, port));
      socket.setSoTimeout((int) RunningProcess.LIMIT.toMillis());
      DatagramPacket packet = new DatagramPacket(new byte[64], 1);
      socket.send(packet);
      packet.setLength(64);
      socket.receive(packet);
      return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }
  }

  private static void assertSilent(String name, String address, int port) {
    assertThatThrownBy(() -> ask(name, address, port))
        .as(name + " on " + address)
        .isInstanceOfAny(ConnectException.class, PortUnreachableException.class);
  }
}
