package crjvm.it.app;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The application that most tests use. The command line: {@code --port N}; {@code --exercises}
 * prepares all of {@link Exercises}; {@code --listener} registers with crjvm; {@code --log FILE}
 * keeps a file open for {@code /log}, and {@code --written FILE} one for {@code /written}; {@code
 * --locked} locks some memory; {@code --child} starts a process that stays; {@code --tell-port}
 * prints the port. Other arguments are kept for {@code /args}.
 */
public final class TestApplication {
  private static final int THREADS = 4;

  private final AtomicInteger counter = new AtomicInteger();
  private final ClockWatch clock = new ClockWatch();
  private final Map<String, Exercise> exercises;
  private final HttpServer server;
  private Random random;

  private TestApplication(int port, Map<String, Exercise> exercises) throws IOException {
    this.exercises = exercises;
    server = HttpServer.create(new InetSocketAddress("localhost", port), 0);
    server.setExecutor(Executors.newFixedThreadPool(THREADS));
  }

  public static void main(String[] args) throws Exception {
    List<String> list = List.of(args);
    Map<String, Exercise> exercises =
        list.contains("--exercises") ? Exercises.prepared() : Map.of();
    int port = Integer.parseInt(list.get(list.indexOf("--port") + 1));
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> System.out.println("test application: stopped")));
    ProcessView.publishPid();
    if (list.contains("--listener")) {
      // This comes before the port is open: the agent may wait for nothing else.
      registerListener();
    }
    TestApplication application = new TestApplication(port, exercises);
    application.addCommands(args);
    if (list.contains("--log")) {
      application.keepOpen(Path.of(list.get(list.indexOf("--log") + 1)));
    }
    if (list.contains("--written")) {
      application.write(Path.of(list.get(list.indexOf("--written") + 1)));
    }
    if (list.contains("--locked")) {
      Resources.lockMemory();
    }
    if (list.contains("--child")) {
      ProcessView.startSleepingChild("600");
    }
    if (list.contains("--tell-port")) {
      System.out.println("port " + application.server.getAddress().getPort());
    }
    // The port is open. There is no answer and no image before this line is printed.
    System.out.println("test application: listening");
    application.server.start();
    ready();
  }

  /** Makes {@code /log} write lines to a file that stays open. */
  private void keepOpen(Path file) throws IOException {
    PrintWriter log = new PrintWriter(Files.newBufferedWriter(file, CREATE, APPEND), true);
    add(
        "/log",
        query -> {
          log.println(query.get("text"));
          return "ok";
        });
  }

  /** Makes {@code /written} write lines to a file that stays open and is not in append mode. */
  private void write(Path file) throws IOException {
    OutputStream out = new FileOutputStream(file.toFile());
    add(
        "/written",
        query -> {
          out.write((query.get("text") + "\n").getBytes(StandardCharsets.UTF_8));
          return "ok";
        });
  }

  /** Is the method for {@code at=method:}. It returns when everything runs. */
  static void ready() {}

  /** Registers by reflection, like an application that also runs without crjvm. */
  private static void registerListener() throws ReflectiveOperationException {
    Class<?> type = Class.forName("crjvm.RestoreListener");
    Object listener =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              System.out.println("restored with " + arguments[0]);
              return null;
            });
    Class.forName("crjvm.Crjvm").getMethod("onRestore", type).invoke(null, listener);
  }

  private void addCommands(String[] args) {
    add("/", query -> "ok");
    add("/count", query -> Integer.toString(counter.incrementAndGet()));
    add("/random", query -> random());
    add("/args", query -> String.join(" ", args));
    add("/exercises", query -> String.join("\n", exercises.keySet()));
    add("/exercise", query -> run(query.get("name")));
    add("/pid", query -> ProcessView.pids());
    add("/compiled-pid", query -> ProcessView.compiledPid());
    add("/compiled-handle", query -> ProcessView.compiledHandle());
    add("/property", query -> String.valueOf(System.getProperty(query.get("name"))));
    add("/common-pool", query -> Integer.toString(ForkJoinPool.commonPool().getParallelism()));
    add("/bean", query -> ProcessView.attribute(query.get("bean"), query.get("name")));
    add("/env", query -> String.valueOf(System.getenv(query.get("name"))));
    add("/env-map", query -> String.valueOf(System.getenv().get(query.get("name"))));
    add("/child-env", query -> ProcessView.variableOfChild(query.get("name")));
    add("/hostname", query -> InetAddress.getLocalHost().getHostName());
    add("/resolve", query -> ProcessView.resolve(query.get("name")));
    add("/locale", query -> ProcessView.locales());
    add("/zone", query -> TimeZone.getDefault().getID());
    add("/load", query -> ProcessView.load(query.get("file")));
    add("/vm-option", query -> ProcessView.vmOption(query.get("name")));
    add("/cwd", query -> ProcessView.workingDirectories());
    add("/read", query -> ProcessView.readRelative(query.get("name")));
    add("/read-line", query -> ProcessView.readLine());
    add("/print", query -> ProcessView.print(query.get("text")));
    add("/child", query -> ProcessView.startSleepingChild(query.get("seconds")));
    add("/resources", query -> Resources.describe());
    Computation computation = new Computation();
    add("/compute", query -> computation.run());
    add("/not-in-a-trial", query -> refuseTrial());
    add("/touch", query -> Table.touch());
    add("/collect", query -> Resources.fillAndCollect());
    add("/full-collection", query -> Resources.collect());
    add("/hog", query -> DescriptorHog.start());
    add("/uptime", query -> ProcessView.uptime());
    add("/nano", query -> Long.toString(System.nanoTime()));
    add("/clock", query -> clock.read());
    addLater("/checkpoint", "asked", query -> checkpoint());
    add("/sleep", query -> sleep(Long.parseLong(query.get("ms"))));
    add("/recording", query -> Recordings.make(query.get("kind")));
    // This uses a thread of its own, because shutdown hooks stop the server.
    addLater("/exit", "exiting", query -> System.exit(Integer.parseInt(query.get("status"))));
  }

  private String run(String name) throws Exception {
    Exercise exercise = exercises.get(name);
    synchronized (exercise) { // Requests may come at the same time.
      return exercise.run();
    }
  }

  /** Asks for a checkpoint, by reflection as with the listener. */
  private static void checkpoint() {
    try {
      Class.forName("crjvm.Crjvm").getMethod("checkpoint").invoke(null);
      System.out.println("test application: back from its checkpoint");
    } catch (ReflectiveOperationException e) {
      System.out.println("test application: no checkpoint: " + e.getCause());
    }
  }

  /** Returns a number from a generator that is made at the first request. */
  private synchronized String random() {
    random = random == null ? new Random() : random;
    return Integer.toString(random.nextInt());
  }

  private static String refuseTrial() {
    if (Boolean.getBoolean("crjvm.trial")) {
      throw new IllegalStateException("not in a trial");
    }
    return "ok";
  }

  private static String sleep(long milliseconds) throws InterruptedException {
    Thread.sleep(milliseconds);
    return "ok";
  }

  /**
   * Adds a command that may end the process or its connections. It begins when the answer is out.
   * Its thread starts before that, because the client that has the answer may then remove what a
   * new thread needs.
   */
  private void addLater(String path, String answer, Consumer<Map<String, String>> work) {
    server.createContext(
        path,
        exchange -> {
          Map<String, String> query = parse(exchange.getRequestURI().getRawQuery());
          CompletableFuture<Void> answered = new CompletableFuture<>();
          Runnable later =
              () -> {
                answered.join();
                work.accept(query);
              };
          new Thread(later, path.substring(1)).start();
          try (exchange) {
            send(exchange, 200, answer);
          } finally {
            answered.complete(null);
          }
        });
  }

  /**
   * A command that makes an answer out of a query. An exception becomes status 500 with the stack
   * trace.
   */
  private interface Command {
    String answer(Map<String, String> query) throws Exception;
  }

  private void add(String path, Command command) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            if (exchange.getRequestURI().getPath().equals(path)) {
              answer(exchange, command);
            } else {
              send(exchange, 404, "no such command");
            }
          }
        });
  }

  private static void answer(HttpExchange exchange, Command command) throws IOException {
    String text;
    int status = 200;
    try {
      text = command.answer(parse(exchange.getRequestURI().getRawQuery()));
    } catch (Throwable e) { // The test wants to see every failure.
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      text = trace.toString();
      status = 500;
    }
    send(exchange, status, text);
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    // 0 would mean "of unknown length"; -1 means that there is no body.
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static Map<String, String> parse(String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
    }
    return query;
  }
}
