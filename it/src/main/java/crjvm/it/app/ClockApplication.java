package crjvm.it.app;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.crac.Core;

/**
 * Waits in every way while it is checkpointed. It asks for that checkpoint itself. The command
 * line: {@code --port N}, and {@code --seconds N} for the length of the waits. It answers by HTTP:
 * {@code /sleepers} and {@code /tickers} report, {@code /sleep?SECONDS} begins new waits, {@code
 * /new-sleepers} reports those, {@code /time} reads the clocks, {@code /checkpoint} asks for
 * another checkpoint.
 */
public final class ClockApplication {
  private final Sleepers before = new Sleepers();
  private final Sleepers after = new Sleepers();
  private final Tickers tickers = new Tickers();
  private final String late = System.getProperty("crjvm.it.late");

  /** The values of nanoTime before and after each checkpoint; guarded by this. */
  private final StringBuilder checkpoints = new StringBuilder();

  private ClockApplication() {}

  public static void main(String[] args) throws Exception {
    List<String> list = List.of(args);
    NativeWaits.load(System.getProperty("crjvm.it.native"));
    ClockApplication application = new ClockApplication();
    application.serve(Integer.parseInt(list.get(list.indexOf("--port") + 1)));
    application.tickers.start();
    application.sleepOver(Long.parseLong(list.get(list.indexOf("--seconds") + 1)));
    application.checkpoint();
  }

  private void serve(int port) throws IOException {
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.setExecutor(Executors.newFixedThreadPool(2));
    server.createContext(
        "/",
        exchange -> {
          String query = exchange.getRequestURI().getQuery();
          String path = exchange.getRequestURI().getPath();
          answer(
              exchange,
              () ->
                  switch (path) {
                    case "/sleepers" -> before.report();
                    case "/tickers" -> tickers.report();
                    case "/sleep" -> sleep(Long.parseLong(query));
                    case "/new-sleepers" -> after.report();
                    case "/checkpoints" -> checkpoints();
                    case "/time" -> time();
                    case "/checkpoint" -> "asked";
                    default -> "ok";
                  });
          if (path.equals("/checkpoint")) {
            // The answer is out now. The end of the process could come before it otherwise.
            askForCheckpoint();
          }
        });
    server.start();
  }

  private void sleepOver(long seconds) {
    long nanos = TimeUnit.SECONDS.toNanos(seconds);
    before.addAll(JavaWaits.continued(), Wait.Clock.CONTINUED, nanos);
    before.addAll(JavaWaits.wall(), Wait.Clock.WALL, nanos);
    for (NativeWaits.Kind kind : NativeWaits.all()) {
      if (kind.when() != NativeWaits.When.AFTER_RESTORE) {
        before.add(kind.name(), kind.wait(null), kind.clock(), nanos);
      }
    }
    before.start();
  }

  private String sleep(long seconds) {
    long nanos = TimeUnit.SECONDS.toNanos(seconds);
    after.addAll(JavaWaits.continued(), Wait.Clock.CONTINUED, nanos);
    after.addAll(JavaWaits.wall(), Wait.Clock.WALL, nanos);
    after.addAll(JavaWaits.unrestored(), Wait.Clock.CONTINUED, nanos);
    for (NativeWaits.Kind kind : NativeWaits.all()) {
      if (kind.when() != NativeWaits.When.BEFORE_CHECKPOINT) {
        after.add(kind.name(), kind.wait(null), kind.clock(), nanos);
        after.add("late " + kind.name(), kind.wait(late), kind.clock(), nanos);
      }
    }
    after.start();
    return "begun";
  }

  /**
   * Makes a checkpoint. A restored process answers requests before the thread that asked for it
   * goes on.
   */
  private synchronized void checkpoint() throws Exception {
    checkpoints.append(System.nanoTime()).append('\t');
    Core.checkpointRestore();
    checkpoints.append(System.nanoTime()).append('\n');
  }

  private synchronized String checkpoints() {
    return checkpoints.toString();
  }

  private void askForCheckpoint() {
    Thread thread =
        new Thread(
            () -> {
              try {
                checkpoint();
              } catch (Exception e) {
                System.out.println("no checkpoint: " + e);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns a line NAME=NUMBER for each clock, in nanoseconds. */
  private static String time() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return String.join(
        "\n",
        "wall=" + TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()),
        "native-wall=" + NativeWaits.clock(NativeWaits.REALTIME),
        "monotonic=" + NativeWaits.clock(NativeWaits.MONOTONIC),
        "nano=" + System.nanoTime(),
        "monotonic-again=" + NativeWaits.clock(NativeWaits.MONOTONIC),
        "boottime=" + NativeWaits.clock(NativeWaits.BOOTTIME),
        "uptime=" + TimeUnit.MILLISECONDS.toNanos(ManagementFactory.getRuntimeMXBean().getUptime()),
        "process-cpu=" + system.getProcessCpuTime(),
        "native-process-cpu=" + NativeWaits.clock(NativeWaits.PROCESS_CPU),
        "thread-cpu=" + ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime(),
        "native-thread-cpu=" + NativeWaits.clock(NativeWaits.THREAD_CPU));
  }

  private static void answer(HttpExchange exchange, Callable<String> work) throws IOException {
    try (exchange) {
      byte[] body = work.call().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (Exception e) {
      exchange.sendResponseHeaders(500, -1);
    }
  }
}
