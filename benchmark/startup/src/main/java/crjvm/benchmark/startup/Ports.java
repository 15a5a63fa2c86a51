package crjvm.benchmark.startup;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Finds free ports outside the range from which the kernel chooses ports for clients. A process
 * that connects to a port in that range while nobody listens may get this port itself and so be
 * connected to itself.
 */
final class Ports {
  private static final int LOWEST = 1025;
  private static final int HIGHEST = 65_535;
  private static final Path OF_CLIENTS = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

  private static final Random RANDOM = new Random();
  private static final Set<Integer> GIVEN = new HashSet<>();

  private Ports() {}

  static int free() throws IOException {
    // The file has to be read at once, because the kernel returns nothing in a second read.
    String[] clients = Files.readAllLines(OF_CLIENTS).get(0).strip().split("\\s+");
    int first = Integer.parseInt(clients[0]);
    int last = Integer.parseInt(clients[1]);
    int below = Math.max(0, first - LOWEST);
    int above = HIGHEST - last;
    while (true) {
      int choice = RANDOM.nextInt(below + above);
      int port = choice < below ? LOWEST + choice : last + 1 + choice - below;
      try (ServerSocket free = new ServerSocket(port)) {
        if (GIVEN.add(free.getLocalPort())) {
          return port;
        }
      } catch (BindException e) {
        continue; // another process listens there
      }
    }
  }
}
