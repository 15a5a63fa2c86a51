package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Monitoring of two copies of a Spring Boot application and of a normal start of it. */
@BesideOthers
@Tag("framework")
class PrometheusIT {
  private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
  private static final Path TESTER = Path.of("/usr/bin/promtool");
  private static final Path EXAMPLES =
      Path.of(System.getProperty("crjvm.it.root", ".."), "examples", "kubernetes");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** Lets Prometheus' own tool play the rules as they are, with their delays. */
  @Test
  void everyRuleFiresInTimeAndNotBefore() throws Exception {
    if (!Files.isExecutable(TESTER)) {
      Requirement.skip("there is no promtool; install the package prometheus");
    }
    Path folder = BENCH.newFolder("rules");
    Files.writeString(folder.resolve("rules.yml"), new Yaml().dump(spec()));
    Path tests = Workbench.source("src/test/resources/crjvm/it/prometheus-rules-test.yaml");
    Files.copy(tests, folder.resolve("tests.yml"));
    RunningProcess tester =
        new Command(BENCH, folder).add(TESTER, "test", "rules", "tests.yml").run("promtool");
    assertThat(tester.awaitExit()).as(tester::describe).isZero();
    assertThat(tester.stdout()).contains("SUCCESS");
    List<String> alerts =
        Json.list(spec().get("groups")).stream()
            .flatMap(group -> Json.list(Json.map(group).get("rules")).stream())
            .map(rule -> Json.map(rule).get("alert").toString())
            .toList();
    assertThat(Files.readString(tests)).contains(alerts);
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "4"})
  void copiesAndFallbacksAreToldApart(String version) throws Exception {
    if (!Files.isExecutable(PROGRAM)) {
      Requirement.skip("there is no Prometheus; install the package prometheus");
    }
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    jvm.jar(BENCH.copyOfFramework("spring-settings-" + version, "application.jar"));
    Checkpoint checkpoint =
        jvm.checkpoint(
            jvm.command(
                    "image="
                        + jvm.image()
                        + ",quiet=off,at=http:http://localhost:"
                        + jvm.port()
                        + "/actuator/prometheus")
                .with("SERVER_PORT", Integer.toString(jvm.port()))
                .start("checkpoint"));
    List<Integer> ports = List.of(FreePort.find(), FreePort.find(), FreePort.find());
    List<RunningProcess> processes = new ArrayList<>();
    processes.add(start(checkpoint, ports.get(0), "--no-fallback", "--report", "json"));
    processes.add(start(checkpoint, ports.get(1), "--no-fallback", "--report", "json"));
    processes.add(start(checkpoint, ports.get(2), "--no-restore"));
    for (int i = 0; i < processes.size(); i++) {
      Http.awaitAnswer(processes.get(i), ports.get(i), "/actuator/prometheus");
    }
    int port = FreePort.find();
    RunningProcess prometheus = prometheus(ports, port);
    Http.awaitAnswer(prometheus, port, "/-/ready");

    Await.until(
        RunningProcess.LIMIT,
        "values of all",
        () -> query(port, "crjvm_start_restored").size() == processes.size(),
        prometheus::describe);
    Await.until(
        RunningProcess.LIMIT,
        "an alert",
        () -> query(port, "ALERTS{alertname=\"CrjvmFallback\",alertstate=\"firing\"}").size() == 1,
        prometheus::describe);
    assertThat(values(port, "crjvm_start_restored"))
        .isEqualTo(expected(ports, List.of(1.0, 1.0, 0.0)));
    assertThat(values(port, "crjvm_start_fallback"))
        .isEqualTo(expected(ports, List.of(0.0, 0.0, 1.0)));
    Map<String, Double> ages = values(port, "crjvm_image_age_seconds");
    assertThat(ages.get(instance(ports.get(0)))).isBetween(0.0, 3600.0);
    assertThat(ages.get(instance(ports.get(2)))).isNaN();
    Map<String, Double> starts = values(port, "process_start_time_seconds");
    for (int i = 0; i < 2; i++) {
      assertThat(starts.get(instance(ports.get(i))))
          .isCloseTo(restoreTime(processes.get(i)) / 1000, within(0.001));
    }
    assertThat(query(port, "ALERTS{alertname!=\"CrjvmFallback\"}")).isEmpty();
    for (String expression : expressionsOfTheDashboard()) {
      assertThat(query(port, expression)).as(expression).isNotEmpty();
    }
    assertThat(prometheus.terminate()).as(prometheus::describe).isZero();
    for (RunningProcess process : processes) {
      assertThat(process.terminate()).as(process::describe).isEqualTo(143);
    }
  }

  private static RunningProcess start(Checkpoint checkpoint, int port, Object... options)
      throws Exception {
    return checkpoint
        .command(options)
        .with("SERVER_PORT", Integer.toString(port))
        .start("process-" + port);
  }

  /** Returns the beginning of a restore, in milliseconds since 1970. */
  private static double restoreTime(RunningProcess process) {
    String report =
        process.stderr().lines().filter(line -> line.startsWith("{")).findFirst().orElseThrow();
    return (double) Json.map(Json.parse(report)).get("restoreTime");
  }

  private static String instance(int port) {
    return "127.0.0.1:" + port;
  }

  private static Map<String, Double> expected(List<Integer> ports, List<Double> values) {
    Map<String, Double> expected = new HashMap<>();
    for (int i = 0; i < ports.size(); i++) {
      expected.put(instance(ports.get(i)), values.get(i));
    }
    return expected;
  }

  private static RunningProcess prometheus(List<Integer> ports, int port) throws Exception {
    Path folder = BENCH.newFolder("prometheus");
    String targets =
        ports.stream().map(each -> "'" + instance(each) + "'").collect(Collectors.joining(", "));
    Path configuration = folder.resolve("prometheus.yml");
    Files.writeString(
        configuration,
        String.join(
            "\n",
            "global: {scrape_interval: 1s, evaluation_interval: 1s}",
            "rule_files: [rules.yml]",
            "scrape_configs:",
            "  - job_name: shop",
            "    metrics_path: /actuator/prometheus",
            "    static_configs: [{targets: [" + targets + "]}]",
            ""));
    Files.writeString(folder.resolve("rules.yml"), rules());
    return new Command(BENCH, folder)
        .add(PROGRAM, "--config.file=" + configuration)
        .add("--storage.tsdb.path=" + BENCH.newFolder("prometheus-data"))
        .add("--web.listen-address=" + instance(port))
        .start("prometheus");
  }

  /** Returns the rules of the example without their delays: nobody waits for ten minutes here. */
  private static String rules() throws Exception {
    Map<String, Object> spec = spec();
    for (Object group : Json.list(spec.get("groups"))) {
      Json.list(Json.map(group).get("rules")).forEach(rule -> Json.map(rule).remove("for"));
    }
    return new Yaml().dump(spec);
  }

  private static Map<String, Object> spec() throws Exception {
    return Json.map(Json.map(read("prometheus-rules.yaml")).get("spec"));
  }

  /** Reads an example. A YAML parser reads JSON, too. */
  private static Object read(String example) throws Exception {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    return yaml.load(Files.readString(EXAMPLES.resolve(example)));
  }

  private static List<String> expressionsOfTheDashboard() throws Exception {
    Object dashboard = read("grafana-dashboard.json");
    List<String> expressions = new ArrayList<>();
    for (Object panel : Json.list(Json.map(dashboard).get("panels"))) {
      for (Object target : Json.list(Json.map(panel).get("targets"))) {
        String expression = Json.map(target).get("expr").toString();
        expressions.add(expression.replace("$job", "shop"));
      }
    }
    assertThat(expressions).hasSizeGreaterThan(3);
    return expressions;
  }

  private static List<Map<String, Object>> query(int port, String expression) throws Exception {
    String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    Object answer = Json.parse(Http.ask(port, "/api/v1/query?query=" + query));
    Map<String, Object> data = Json.map(Json.map(answer).get("data"));
    return Json.list(data.get("result")).stream().map(Json::map).toList();
  }

  /** Returns the value of each instance. */
  private static Map<String, Double> values(int port, String metric) throws Exception {
    Map<String, Double> values = new HashMap<>();
    for (Map<String, Object> each : query(port, metric)) {
      values.put(
          Json.map(each.get("metric")).get("instance").toString(),
          Double.valueOf(Json.list(each.get("value")).get(1).toString()));
    }
    return values;
  }
}
