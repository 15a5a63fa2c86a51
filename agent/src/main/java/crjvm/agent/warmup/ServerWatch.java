package crjvm.agent.warmup;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The watch of {@code at=auto}, which finds out whether the application is a server, and on which
 * ports. Only HTTP servers get a request. Any other server could report an error if a connection
 * sent nothing, or the wrong data.
 */
public final class ServerWatch {
  private static final int POLL_MS = 50;

  /**
   * The time after which ports are checked less often. An application that has run this long
   * without listening may continue so for days.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final int LONG_POLL_MS = 1000;

  /**
   * The property for remote management. Its port belongs to the JVM, which opens it before the
   * application begins.
   */
  private static final String MANAGEMENT = "com.sun.management.jmxremote.port";

  private static final String MANAGEMENT_THREAD = "RMI TCP Accept-";

  private final Supplier<Set<Integer>> httpPorts;
  private final SortedMap<Integer, PortAnswer> answers = new TreeMap<>();

  /**
   * @param httpPorts the ports that are known to belong to HTTP servers
   */
  public ServerWatch(Supplier<Set<Integer>> httpPorts) {
    this.httpPorts = httpPorts;
  }

  /**
   * Waits until {@link #findNewPort} finds a port. If the application never listens, it waits as
   * long as the application runs.
   */
  public void await() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!findNewPort()) {
      boolean isLong = System.nanoTime() - start > PATIENCE.toNanos();
      Thread.sleep(isLong ? LONG_POLL_MS : POLL_MS);
    }
  }

  /** Returns whether there is any port, whatever it answers. */
  public static boolean isListening() throws IOException {
    return ListeningSockets.own().size() > countManagementPorts();
  }

  /**
   * Returns whether there is a new port. A port that gets a request must have accepted the
   * connection.
   */
  public boolean findNewPort() throws IOException {
    SortedMap<Integer, InetAddress> ports = ListeningSockets.own();
    if (ports.size() <= countManagementPorts()) {
      return false;
    }
    answers.keySet().retainAll(ports.keySet());
    Set<Integer> askable = httpPorts.get();
    boolean isFound = false;
    for (Map.Entry<Integer, InetAddress> port : ports.entrySet()) {
      if (!answers.containsKey(port.getKey())) {
        Optional<PortAnswer> answer =
            askable.contains(port.getKey())
                ? PortAnswer.of(port.getValue(), port.getKey())
                : Optional.of(PortAnswer.NOT_ASKED);
        answer.ifPresent(each -> answers.put(port.getKey(), each));
        isFound |= answer.isPresent();
      }
    }
    return isFound;
  }

  /**
   * Returns the number of ports for remote management. If no port number was configured, the
   * threads' names do not show it.
   */
  private static long countManagementPorts() {
    if (System.getProperty(MANAGEMENT) == null) {
      return 0;
    }
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(MANAGEMENT_THREAD))
        .count();
  }

  /** Returns a description of the wait, as the rest of a sentence. */
  public String describeWait() {
    String ports = ListeningSockets.describe();
    return ports.isEmpty()
        ? "the application, which listens on no port"
        : "the application, which listens on " + ports + " and does not answer there";
  }

  /** Returns the ports, and the answers of those that got a request, as parts of a sentence. */
  public List<String> describe() {
    List<String> ports = answers.keySet().stream().map(port -> "port " + port).toList();
    List<String> parts = new ArrayList<>(List.of("listens on " + String.join(" and ", ports)));
    answers.forEach(
        (port, answer) ->
            answer
                .words()
                .map(words -> answers.size() == 1 ? words : words + " on port " + port)
                .ifPresent(parts::add));
    return parts;
  }
}
