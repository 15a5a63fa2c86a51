package crjvm.it.container;

import crjvm.it.bench.ProcFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A client of several replicas, as through a service. It asks again and again, and takes the next
 * replica if one does not answer. It asks each in its own network, from outside of the container.
 */
final class ServiceClient implements AutoCloseable {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  private final List<Long> replicas = new CopyOnWriteArrayList<>();
  private final List<String> answers = new CopyOnWriteArrayList<>();
  private final Thread thread = new Thread(this::askOn, "service-client");
  private volatile boolean isClosed;
  private volatile Exception failure;

  /** Adds a replica to those that the client asks. */
  void add(long pid) {
    replicas.add(pid);
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  void remove(long pid) {
    replicas.remove(pid);
  }

  /** Returns all answers so far. An empty text means that no replica answered. */
  List<String> answers() throws Exception {
    if (failure != null) {
      throw failure;
    }
    return List.copyOf(answers);
  }

  private void askOn() {
    try {
      for (int first = 0; !isClosed; first++) {
        String answer = "";
        List<Long> order = List.copyOf(replicas);
        for (int i = 0; i < order.size() && answer.isEmpty(); i++) {
          answer = ask(order.get((first + i) % order.size()));
        }
        answers.add(answer);
        // The pause leaves the processors to the processes that start.
        LockSupport.parkNanos(PAUSE);
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  /** Asks a replica. The result is empty if there is no answer. */
  private static String ask(long pid) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("nsenter", "--net=" + ProcFile.of(pid, "ns/net")));
    command.addAll(List.of("curl", "-sf", "--max-time", "10", "http://localhost:8080/"));
    Process curl =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String answer =
        new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return curl.waitFor() == 0 ? answer : "";
  }

  @Override
  public void close() throws InterruptedException {
    isClosed = true;
    thread.join();
  }
}
