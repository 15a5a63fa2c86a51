package crjvm.agent.warmup;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** {@code at=auto}: whether the application is a server that answers, and where. */
public final class ServerWatch {
  private static final int POLL_MS = 50;

  /** Whatever runs for this long without listening may go on so for days. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final int LONG_POLL_MS = 1000;

  /** Of the JVM's own: it listens for remote management before the application begins. */
  private static final String MANAGEMENT = "com.sun.management.jmxremote.port";

  private static final String MANAGEMENT_THREAD = "RMI TCP Accept-";

  private final SortedMap<Integer, PortAnswer> answers = new TreeMap<>();

  /**
   * Returns when a port answers, or at least accepts connections; an application that never listens
   * is waited for as long as it runs.
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

  /** Whether there is a port that was not there before, and answers. */
  public boolean findNewPort() throws IOException {
    SortedMap<Integer, InetAddress> ports = ListeningSockets.own();
    if (ports.size() <= countManagementPorts()) {
      return false;
    }
    answers.keySet().retainAll(ports.keySet());
    boolean isFound = false;
    for (Map.Entry<Integer, InetAddress> port : ports.entrySet()) {
      if (!answers.containsKey(port.getKey())) {
        Optional<PortAnswer> answer = PortAnswer.of(port.getValue(), port.getKey());
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

  /** Where it listens and how it answers, as two parts of a sentence. */
  public List<String> describe() {
    List<String> ports = answers.keySet().stream().map(port -> "port " + port).toList();
    List<String> parts = new ArrayList<>(List.of("listens on " + String.join(" and ", ports)));
    answers.forEach(
        (port, answer) ->
            answer
                .words()
                .map(words -> answers.size() == 1 ? words : words + " on port " + port)
                .ifPresent(parts::add));
    if (parts.size() == 1) {
      parts.add("accepts connections");
    }
    return parts;
  }
}
