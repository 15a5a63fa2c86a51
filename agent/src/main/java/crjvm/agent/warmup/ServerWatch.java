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
 * {@code at=auto}: whether the application is a server, and where. A server of HTTP is asked; to
 * any other one a connection that says nothing, or the wrong thing, would be a fault.
 */
public final class ServerWatch {
  private static final int POLL_MS = 50;

  /** Whatever runs for this long without listening may go on so for days. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final int LONG_POLL_MS = 1000;

  /** Of the JVM's own: it listens for remote management before the application begins. */
  private static final String MANAGEMENT = "com.sun.management.jmxremote.port";

  private static final String MANAGEMENT_THREAD = "RMI TCP Accept-";

  private final Supplier<Set<Integer>> httpPorts;
  private final SortedMap<Integer, PortAnswer> answers = new TreeMap<>();

  /**
   * @param httpPorts those at which it is known that a server of HTTP answers
   */
  public ServerWatch(Supplier<Set<Integer>> httpPorts) {
    this.httpPorts = httpPorts;
  }

  /**
   * Returns when there is a port; an application that never listens is waited for as long as it
   * runs.
   */
  public void await() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!findNewPort()) {
      boolean isLong = System.nanoTime() - start > PATIENCE.toNanos();
      Thread.sleep(isLong ? LONG_POLL_MS : POLL_MS);
    }
  }

  /** Whether there is any port, whatever it answers. */
  public static boolean isListening() throws IOException {
    return ListeningSockets.own().size() > countManagementPorts();
  }

  /** Whether there is a port that was not there before, and answers if it is to. */
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

  /** They have no numbers of their own in the threads' names when none was asked for. */
  private static long countManagementPorts() {
    if (System.getProperty(MANAGEMENT) == null) {
      return 0;
    }
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(MANAGEMENT_THREAD))
        .count();
  }

  /** Where it listens, and how it answers where it was asked, as parts of a sentence. */
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
