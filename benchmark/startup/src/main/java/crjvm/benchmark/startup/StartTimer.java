package crjvm.benchmark.startup;

import com.sun.jna.NativeLong;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Starts applications and measures the time until they have answered. */
final class StartTimer {
  private static final long LIMIT = TimeUnit.MINUTES.toNanos(3);
  private static final int HUNDRED = 100;
  private static final int REHEARSALS = 500;

  /**
   * The pause between two attempts to connect, which is short at first. It is longer for a start of
   * seconds, so that it causes no load.
   */
  private static final long SHORTEST_PAUSE = TimeUnit.MICROSECONDS.toNanos(100);

  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int PAUSE_SHARE = 100;

  private final Answers answers;

  StartTimer(Answers answers) {
    this.answers = answers;
  }

  /**
   * The times of one start, in milliseconds.
   *
   * @param first the time from the start of the process to the last byte of its first correct
   *     answer
   * @param hundred the same for the hundredth answer; NaN for a tool
   * @param latencies the times of each request after the first, sorted; empty for a tool
   */
  record Timing(double first, double hundred, double[] latencies) {}

  /** An action on a JVM that has answered, before it is killed. */
  interface Afterwards {
    void accept(Child jvm) throws Failure, InterruptedException, IOException;
  }

  /**
   * Measures one start.
   *
   * @param requests the number of all requests
   */
  Timing time(Way way, int requests, Afterwards afterwards)
      throws Failure, InterruptedException, IOException {
    try {
      way.prepare();
      return timePrepared(way, requests, afterwards);
    } finally {
      way.finish();
    }
  }

  private Timing timePrepared(Way way, int requests, Afterwards afterwards)
      throws Failure, InterruptedException, IOException {
    Child started = way.start();
    Child jvm = null;
    try {
      if (way.application().isTool()) {
        return timeTool(way, started);
      }
      Timing timing = timeServer(way, started, requests);
      jvm = way.jvm(started);
      afterwards.accept(jvm);
      return timing;
    } finally {
      if (jvm == null) {
        stop(way, started);
      } else {
        jvm.kill();
      }
    }
  }

  /** Stops a start that failed, whatever has become of it. */
  private static void stop(Way way, Child started) throws InterruptedException {
    try {
      started.kill();
      way.jvm(started).kill();
    } catch (Failure e) {
      way.place().say("  " + e.getMessage());
    }
  }

  private Timing timeTool(Way way, Child started) throws Failure, IOException {
    int status = started.await();
    double millis = (System.nanoTime() - started.startedAt()) / 1e6;
    if (status != 0) {
      throw new Failure("it ended with status " + status + started.tail());
    }
    answers.check(way.application(), started.output().getBytes(StandardCharsets.UTF_8));
    return new Timing(millis, Double.NaN, new double[0]);
  }

  private Timing timeServer(Way way, Child started, int requests) throws Failure, IOException {
    byte[] request = Probe.request(way.application().path());
    long began = started.startedAt();
    double hundred = Double.NaN;
    double[] latencies = new double[requests - 1];
    try (Probe probe = connect(way.application().port(), started, way::hasFailed)) {
      byte[] body = probe.ask(request);
      double first = (System.nanoTime() - began) / 1e6;
      answers.check(way.application(), body);
      for (int i = 1; i < requests; i++) {
        long before = System.nanoTime();
        probe.ask(request);
        long after = System.nanoTime();
        latencies[i - 1] = (after - before) / 1e6;
        if (i + 1 == HUNDRED) {
          hundred = (after - began) / 1e6;
        }
      }
      Arrays.sort(latencies);
      return new Timing(first, hundred, latencies);
    } catch (IOException e) {
      throw new Failure(e.getMessage() + started.tail());
    }
  }

  private interface Check {
    boolean hasFailed(Child started) throws Failure;
  }

  private static Probe connect(int port, Child started, Check check) throws Failure, IOException {
    while (true) {
      Probe probe = Probe.connect(port);
      if (probe != null) {
        return probe;
      }
      long elapsed = System.nanoTime() - started.startedAt();
      if (elapsed > LIMIT) {
        throw new Failure("nobody listens after " + LIMIT / 1_000_000_000 + " s" + started.tail());
      }
      LockSupport.parkNanos(
          Math.min(Math.max(elapsed / PAUSE_SHARE, SHORTEST_PAUSE), LONGEST_PAUSE));
      // This check costs a system call, so a fast start does not make it at every attempt.
      if (elapsed > LONGEST_PAUSE && check.hasFailed(started)) {
        throw new Failure("it ended with status " + started.await() + started.tail());
      }
    }
  }

  /** Waits for the first correct answer of a command's own process, for preparations. */
  static void awaitAnswer(Answers answers, Application application, int port, Child child)
      throws Failure, IOException {
    try (Probe probe = connect(port, child, ended -> !ended.isAlive())) {
      answers.check(application, probe.ask(Probe.request(application.path())));
    }
  }

  /** Sends requests over one connection. */
  static void ask(int port, String path, int count) throws Failure, IOException {
    try (Probe probe = Probe.connect(port)) {
      if (probe == null) {
        throw new Failure("nobody listens on port " + port);
      }
      byte[] request = Probe.request(path);
      for (int i = 0; i < count; i++) {
        probe.ask(request);
      }
    }
  }

  /** Lets this JVM compile the code with which it measures, before it measures. */
  static void rehearse() throws IOException, InterruptedException {
    // Without this the kernel may make a short pause longer by half.
    NativeLong none = new NativeLong(0);
    Libc.C.prctl(Libc.PR_SET_TIMERSLACK, new NativeLong(1000), none, none, none);
    byte[] answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);
    byte[] request = Probe.request("/");
    int port = Ports.free();
    Thread thread;
    try (ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      thread = new Thread(() -> serve(server, answer));
      thread.setDaemon(true);
      thread.start();
      for (int i = 0; i < REHEARSALS; i++) {
        try (Probe probe = Probe.connect(port)) {
          probe.ask(request);
          probe.ask(request);
        }
      }
    }
    thread.join(); // the kernel listens as long as a thread waits for connections
    for (int i = 0; i < REHEARSALS; i++) {
      if (Probe.connect(port) != null) {
        throw new IllegalStateException("somebody listens on port " + port);
      }
    }
  }

  private static void serve(ServerSocket server, byte[] answer) {
    try {
      while (true) {
        try (Socket socket = server.accept()) {
          byte[] buffer = new byte[1024];
          while (socket.getInputStream().read(buffer) > 0) {
            socket.getOutputStream().write(answer);
          }
        } catch (SocketException e) {
          if (server.isClosed()) {
            return;
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
