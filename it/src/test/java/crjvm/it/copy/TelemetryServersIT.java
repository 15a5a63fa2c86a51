package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachLongTermJdk;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two copies under OpenTelemetry's agent at once. The answers of other people's servers tell them
 * apart: Prometheus has the metrics, Zipkin has the spans, and VictoriaLogs has the log records.
 */
@BesideOthers
@Tag("server")
class TelemetryServersIT {
  private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
  private static final String NAME = "OTEL_SERVICE_NAME";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private final int metrics = FreePort.find();
  private final int scraped = FreePort.find();
  private final int spans = FreePort.find();

  /** Starts a server that asks each copy for its metrics. Debian's package takes none by OTLP. */
  private RunningProcess prometheus(List<Integer> targets) throws Exception {
    if (!Files.isExecutable(PROMETHEUS)) {
      Requirement.skip("there is no Prometheus; install the package prometheus");
    }
    Path folder = BENCH.newFolder("prometheus");
    String all =
        targets.stream()
            .map(port -> "'127.0.0.1:" + port + "'")
            .collect(Collectors.joining(", ", "[", "]"));
    Files.writeString(
        folder.resolve("prometheus.yml"),
        String.join(
            "\n",
            "global: {scrape_interval: 1s}",
            "scrape_configs:",
            "  - job_name: shop",
            "    static_configs: [{targets: " + all + "}]",
            ""));
    RunningProcess server =
        new Command(BENCH, folder)
            .add(PROMETHEUS, "--config.file=prometheus.yml", "--storage.tsdb.path=data")
            .add("--web.listen-address=127.0.0.1:" + metrics)
            .start("prometheus");
    Http.awaitAnswer(server, metrics, "/-/ready");
    return server;
  }

  private RunningProcess zipkin() throws Exception {
    Path jar = BENCH.copyOfServer("delivered", "zipkin.jar");
    RunningProcess server =
        new Command(BENCH, BENCH.newFolder("zipkin"))
            .with("QUERY_PORT", Integer.toString(spans))
            .add(Jdk.any().java(), "-Xmx128m", "-XX:TieredStopAtLevel=1", "-jar", jar)
            .start("zipkin");
    Http.awaitAnswer(server, spans, "/health");
    return server;
  }

  private TestJvm jvm(Jdk jdk, LogServer logs) throws Exception {
    return new TestJvm(BENCH, jdk)
        .main("-jar", BENCH.copyOfFramework("agents", "application.jar").toString())
        .vm(
            "-Xmx256m",
            "-javaagent:" + BENCH.copyOfFramework("agents", "opentelemetry-javaagent.jar"),
            "-Dotel.logs.exporter=otlp",
            "-Dotel.exporter.otlp.logs.protocol=http/protobuf",
            "-Dotel.exporter.otlp.logs.endpoint=" + logs.url(),
            "-Dotel.blrp.schedule.delay=200",
            "-Dotel.metrics.exporter=prometheus",
            "-Dotel.exporter.prometheus.host=127.0.0.1",
            "-Dotel.exporter.prometheus.port=" + scraped,
            "-Dotel.traces.exporter=zipkin",
            "-Dotel.exporter.zipkin.endpoint=http://127.0.0.1:%d/api/v2/spans".formatted(spans),
            "-Dotel.bsp.schedule.delay=200");
  }

  /** A restored process with its port and the name that it has at the servers. */
  private record Copy(RunningProcess process, int port, String name) {}

  private List<Copy> copies(Checkpoint image, List<Integer> targets) throws Exception {
    List<Copy> copies = new ArrayList<>();
    for (int target : targets) {
      int port = FreePort.find();
      String name = "shop-" + (copies.size() + 1);
      RunningProcess process =
          image
              .command("--no-fallback", "--listen", image.port() + "=" + port)
              .add("--listen", scraped + "=" + target)
              .with(NAME, name)
              .start(name);
      copies.add(new Copy(process, port, name));
    }
    for (Copy copy : copies) {
      Http.awaitAnswer(copy.process, copy.port, "/" + copy.name);
    }
    return copies;
  }

  /** Returns the labels of each series that Prometheus has for a query. */
  private List<Map<String, Object>> series(String query) throws IOException {
    String encoded = URLEncoder.encode(query, StandardCharsets.UTF_8);
    Object answer = Json.parse(Http.ask(metrics, "/api/v1/query?query=" + encoded));
    Object result = Json.map(Json.map(answer).get("data")).get("result");
    return Json.list(result).stream().map(each -> Json.map(Json.map(each).get("metric"))).toList();
  }

  private static Set<String> labels(List<Map<String, Object>> series, String name) {
    return series.stream().map(each -> String.valueOf(each.get(name))).collect(Collectors.toSet());
  }

  private void prometheusTellsThemApart(List<Copy> copies) throws Exception {
    String restored = "target_info{crjvm_start=\"restored\"}";
    Await.until(
        RunningProcess.LIMIT,
        "both copies in Prometheus",
        () -> series(restored).size() == copies.size(),
        () -> copies.get(0).process.describe());
    Set<String> pids =
        copies.stream().map(copy -> Long.toString(copy.process.pid())).collect(Collectors.toSet());
    List<Map<String, Object>> known = series(restored);
    assertThat(labels(known, "process_pid")).isEqualTo(pids);
    assertThat(labels(known, "service_instance_id")).hasSize(2);
    assertThat(labels(known, "service_name")).containsExactlyInAnyOrder("shop-1", "shop-2");
    assertThat(series("jvm_class_count")).hasSize(2);
  }

  /** Returns the paths of the requests of which Zipkin has spans of a service. */
  private Set<String> paths(String service) throws IOException {
    Set<String> paths = new HashSet<>();
    String traces = Http.ask(spans, "/api/v2/traces?limit=1000&serviceName=" + service);
    for (Object trace : Json.list(Json.parse(traces))) {
      for (Object span : Json.list(trace)) {
        paths.add(String.valueOf(Json.map(Json.map(span).get("tags")).get("url.path")));
      }
    }
    return paths;
  }

  private void zipkinTellsThemApart(List<Copy> copies) throws Exception {
    for (Copy copy : copies) {
      Await.until(
          RunningProcess.LIMIT,
          "the spans of " + copy.name,
          () -> {
            Http.ask(copy.port, "/" + copy.name);
            return paths(copy.name).contains("/" + copy.name);
          },
          copy.process::describe);
      assertThat(paths(copy.name)).containsExactly("/" + copy.name);
    }
    assertThat(paths("shop")).doesNotContain("/shop-1", "/shop-2");
  }

  /**
   * Compares the records of requests, of which each copy has got its own path only, and the
   * original has got the warm-up.
   */
  private static void victoriaLogsTellsThemApart(
      LogServer logs, RunningProcess original, List<Copy> copies) throws Exception {
    List<Map<String, Object>> records = new ArrayList<>();
    for (Copy copy : copies) {
      String line = "asked for /" + copy.name;
      Await.until(
          RunningProcess.LIMIT,
          "the line \"" + line + "\" in VictoriaLogs",
          () -> !logs.records(line).isEmpty(),
          copy.process::describe);
      List<Map<String, Object>> own = logs.records(line);
      assertThat(labels(own, "service.name")).containsExactly(copy.name);
      assertThat(labels(own, "process.pid")).containsExactly(Long.toString(copy.process.pid()));
      assertThat(labels(own, "crjvm.start")).containsExactly("restored");
      assertThat(labels(own, "service.instance.id")).hasSize(1);
      records.addAll(own);
    }
    Set<String> instances = labels(records, "service.instance.id");
    assertThat(instances).hasSize(copies.size()).doesNotContain("null");
    List<Map<String, Object>> earlier =
        logs.records("asked for /warm-up").stream()
            .filter(each -> Long.toString(original.pid()).equals(each.get("process.pid")))
            .toList();
    assertThat(labels(earlier, "service.name")).containsExactly("shop");
    assertThat(labels(earlier, "service.instance.id"))
        .hasSize(1)
        .doesNotContainAnyElementsOf(instances);
  }

  @OnEachLongTermJdk
  void copiesAreToldApart(Jdk jdk) throws Exception {
    RunningProcess zipkin = zipkin();
    LogServer logs = LogServer.start(BENCH);
    TestJvm jvm = jvm(jdk, logs);
    RunningProcess made =
        jvm.command(
                "image=%s,at=http:%s,warmup=%swarm-up*20,identity=fail"
                    .formatted(jvm.image(), jvm.url(), jvm.url()))
            .with(NAME, "shop")
            .start("checkpoint");
    Checkpoint image = jvm.checkpoint(made);
    List<Integer> targets = List.of(FreePort.find(), FreePort.find());
    RunningProcess prometheus = prometheus(targets);
    List<Copy> copies = copies(image, targets);
    prometheusTellsThemApart(copies);
    zipkinTellsThemApart(copies);
    victoriaLogsTellsThemApart(logs, made, copies);
    for (Copy copy : copies) {
      assertThat(copy.process.terminate()).as(copy.process::describe).isEqualTo(143);
    }
    logs.close();
    zipkin.terminate();
    prometheus.terminate();
  }
}
