package crjvm.benchmark.startup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Measures whether a restored JVM becomes as fast as one that was never checkpointed. Both run at
 * the same time and get their load by turns.
 */
final class SteadyState {
  private static final List<String> APPLICATIONS = List.of("hello-http", "clinic");
  private static final int CLIENTS = 2;
  private static final int TURNS = 10;
  private static final int REQUESTS = 1000;

  /** The row with which the first requests of every start are compared. */
  private static final String LONG_WARM = "long-warm JVM 17";

  private final Place place;
  private final Answers answers;
  private final Figures figures;

  SteadyState(Place place, Answers answers, Figures figures) {
    this.place = place;
    this.answers = answers;
    this.figures = figures;
  }

  void run(List<Way> ways) throws InterruptedException {
    for (String name : APPLICATIONS) {
      Optional<Way> normal = find(ways, name, Variant.NORMAL_17);
      Optional<Way> restored =
          find(ways, name, Variant.RECORDED).or(() -> find(ways, name, Variant.MAPPED));
      if (normal.isPresent() && restored.isPresent()) {
        place.say("steady state: " + name);
        try {
          compare(normal.get(), (CrjvmWay) restored.get());
        } catch (Failure | IOException e) {
          figures.setMissing("steady state of " + name, e.getMessage());
          place.say("  " + name + ": " + e.getMessage());
        }
      }
    }
  }

  private static Optional<Way> find(List<Way> ways, String application, Variant variant) {
    return ways.stream()
        .filter(way -> way.application().name().equals(application) && way.variant() == variant)
        .findFirst();
  }

  private void compare(Way normal, CrjvmWay restored)
      throws Failure, InterruptedException, IOException {
    Application application = normal.application();
    int port = Ports.free();
    Child normalJvm = normal.start();
    Child restoredJvm = restored.startAt(port);
    try {
      StartTimer.awaitAnswer(answers, application, application.port(), normalJvm);
      StartTimer.awaitAnswer(answers, application, port, restoredJvm);
      long half = TimeUnit.SECONDS.toNanos(place.settings().steadySeconds) / 2;
      load(application, application.port(), half);
      load(application, port, half);
      addLongWarm(application);
      for (int turn = 0; turn < TURNS; turn++) {
        add(normal, load(application, application.port(), half / TURNS));
        add(restored, load(application, port, half / TURNS));
      }
    } finally {
      normalJvm.kill();
      restoredJvm.kill();
    }
  }

  /** Latencies in milliseconds, and the seconds of the whole load. */
  private record Load(double[] sorted, double seconds) {}

  private void add(Way way, Load load) {
    Application application = way.application();
    Variant variant = way.variant();
    double[] sorted = load.sorted();
    figures.add(application, variant, Figure.THROUGHPUT, sorted.length / load.seconds());
    figures.add(application, variant, Figure.STEADY_P50, Figures.percentile(sorted, 50));
    figures.add(application, variant, Figure.STEADY_P99, Figures.percentile(sorted, 99));
  }

  private void addLongWarm(Application application) throws Failure, IOException {
    double[] latencies = new double[REQUESTS];
    byte[] request = Probe.request(application.path());
    try (Probe probe = connect(application.port())) {
      for (int i = 0; i < REQUESTS; i++) {
        long before = System.nanoTime();
        probe.ask(request);
        latencies[i] = (System.nanoTime() - before) / 1e6;
      }
    }
    Arrays.sort(latencies);
    String name = application.name();
    figures.add(name, LONG_WARM, Figure.P50, 1, Figures.percentile(latencies, 50));
    figures.add(name, LONG_WARM, Figure.P99, 1, Figures.percentile(latencies, 99));
  }

  private static Probe connect(int port) throws Failure, IOException {
    Probe probe = Probe.connect(port);
    if (probe == null) {
      throw new Failure("nobody listens on port " + port + " any more");
    }
    return probe;
  }

  private static Load load(Application application, int port, long nanos)
      throws Failure, InterruptedException {
    byte[] request = Probe.request(application.path());
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      long began = System.nanoTime();
      Callable<List<Double>> client = () -> ask(port, request, began + nanos);
      List<Double> all = new ArrayList<>();
      for (Future<List<Double>> future : clients.invokeAll(List.of(client, client))) {
        all.addAll(future.get());
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      return new Load(all.stream().mapToDouble(Double::doubleValue).sorted().toArray(), seconds);
    } catch (ExecutionException e) {
      throw new Failure("the load failed: " + e.getCause().getMessage());
    } finally {
      clients.shutdownNow();
    }
  }

  private static List<Double> ask(int port, byte[] request, long end) throws Failure, IOException {
    List<Double> latencies = new ArrayList<>();
    try (Probe probe = connect(port)) {
      for (long now = System.nanoTime(); now < end; ) {
        probe.ask(request);
        long after = System.nanoTime();
        latencies.add((after - now) / 1e6);
        now = after;
      }
    }
    return latencies;
  }
}
