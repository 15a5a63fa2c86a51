package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.copy.OtlpReceiver.Received;
import crjvm.it.copy.OtlpReceiver.Signal;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.IdentityLibrary;
import crjvm.it.matrix.IdentityTable;
import crjvm.it.matrix.Matrix;
import crjvm.it.matrix.OnEachLongTermJdk;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jacoco.core.analysis.Analyzer;
import org.jacoco.core.analysis.CoverageBuilder;
import org.jacoco.core.analysis.IClassCoverage;
import org.jacoco.core.analysis.IMethodCoverage;
import org.jacoco.core.tools.ExecFileLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies of an application that agents of other vendors watch. docs/agents.md has the results. */
@BesideOthers
@Tag("framework")
class AgentsIT {
  private static final String INSTANCE = "service.instance.id";

  private static final Pattern LISTENING = Pattern.compile("crjvm: listening: (\\d+)=(\\d+)\n");

  private static final Pattern ELASTIC_ID = Pattern.compile("\"ephemeral_id\":\"([^\"]+)\"");

  private static final Pattern ELASTIC_PID = Pattern.compile("\"process\":\\{\"pid\":(\\d+)");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @RegisterExtension
  static final IdentityTable TABLE =
      new IdentityTable(
          Set.of(
              IdentityLibrary.DATADOG,
              IdentityLibrary.ELASTIC,
              IdentityLibrary.NEW_RELIC,
              IdentityLibrary.OPEN_TELEMETRY_AGENT,
              IdentityLibrary.OPEN_TELEMETRY_SDK));

  private static TestJvm jvm(Jdk jdk, String... options) throws Exception {
    return new TestJvm(BENCH, jdk)
        .main("-jar", BENCH.copyOfFramework("agents", "application.jar").toString())
        .vm("-Xmx256m")
        .vm(options);
  }

  private static Path agent(String jar) throws IOException {
    return BENCH.copyOfFramework("agents", jar);
  }

  private static String options(TestJvm jvm) {
    return "at=http:URL,warmup=URLwarm-up*20,quiet=off".replace("URL", jvm.url());
  }

  private static Checkpoint image(TestJvm jvm, String more) throws Exception {
    return jvm.checkpoint(options(jvm) + more);
  }

  /** Makes an image with crjvm's agent behind the other options of the JVM. */
  private static Checkpoint imageWithCrjvmLast(TestJvm jvm) throws Exception {
    String options = "image=" + jvm.image() + "," + options(jvm) + ",identity=fail";
    jvm.vm("-javaagent:" + BENCH.agent() + "=" + options);
    return jvm.checkpoint(jvm.plainCommand().start("checkpoint"));
  }

  /** A restored process, with the ports that it has in place of those of the checkpoint. */
  private record Copy(RunningProcess process, List<Integer> ports) {
    String ask(String path) throws IOException {
      return Http.ask(ports.get(0), path);
    }
  }

  /**
   * @param ports the ports of the image, that of the application first
   */
  private static Copy copy(Command command, Integer... ports) throws Exception {
    for (int port : ports) {
      command.add("--listen", port + "=0");
    }
    RunningProcess process = command.start("copy");
    List<Integer> own = new ArrayList<>();
    for (int port : ports) {
      process.awaitError("crjvm: listening: " + port + "=");
      Matcher line = LISTENING.matcher(process.stderr());
      while (line.find()) {
        if (Integer.parseInt(line.group(1)) == port) {
          own.add(Integer.parseInt(line.group(2)));
        }
      }
    }
    return new Copy(process, own);
  }

  private static List<Copy> twoCopies(Checkpoint image, Integer... more) throws Exception {
    List<Integer> ports = new ArrayList<>(List.of(image.port()));
    ports.addAll(List.of(more));
    List<Copy> copies = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      copies.add(copy(image.command("--no-fallback"), ports.toArray(new Integer[0])));
    }
    return copies;
  }

  private static void end(List<Copy> copies) throws Exception {
    for (Copy copy : copies) {
      assertThat(copy.process.terminate()).as(copy.process::describe).isEqualTo(143);
    }
  }

  private static List<String> openTelemetry(OtlpReceiver receiver) throws IOException {
    return List.of(
        "-javaagent:" + agent("opentelemetry-javaagent.jar"),
        "-Dotel.exporter.otlp.endpoint=" + receiver.url(),
        "-Dotel.exporter.otlp.protocol=" + receiver.protocol(),
        "-Dotel.metric.export.interval=200",
        "-Dotel.bsp.schedule.delay=200",
        "-Dotel.blrp.schedule.delay=200");
  }

  /** Waits until the receiver has all kinds of signals of the copy's process id. */
  private static List<Received> awaitSignals(OtlpReceiver receiver, Copy copy) throws Exception {
    copy.ask("/after");
    long pid = copy.process.pid();
    for (Signal signal : Signal.values()) {
      Await.until(
          RunningProcess.LIMIT,
          "a " + signal + " of " + pid,
          () ->
              receiver.received().stream()
                  .anyMatch(each -> each.signal() == signal && each.isOf(pid)),
          () -> receiver.received() + "\n" + copy.process.describe());
    }
    return receiver.received().stream().filter(each -> each.isOf(pid)).toList();
  }

  private static Set<String> values(List<Received> received, String attribute) {
    return received.stream().map(each -> each.attribute(attribute)).collect(Collectors.toSet());
  }

  private static void copiesAreToldApart(OtlpReceiver receiver, Checkpoint image) throws Exception {
    Set<String> ids = new HashSet<>(values(receiver.received(), INSTANCE));
    Set<String> hosts = new HashSet<>(values(receiver.received(), "host.name"));
    assertThat(ids).isNotEmpty();
    receiver.forget();
    List<Copy> copies = twoCopies(image);
    Set<String> pids = new HashSet<>();
    for (Copy copy : copies) {
      List<Received> signals = awaitSignals(receiver, copy);
      Set<String> instances = values(signals, INSTANCE);
      assertThat(instances).hasSize(1).doesNotContainAnyElementsOf(ids);
      assertThat(values(signals, "host.name")).isEqualTo(hosts);
      assertThat(UUID.fromString(instances.iterator().next()).version()).isEqualTo(4);
      ids.addAll(instances);
      pids.add(Long.toString(copy.process.pid()));
    }
    end(copies);
    // A message that was being sent at the checkpoint may be sent again, under the original's name.
    List<Received> own =
        receiver.received().stream()
            .filter(each -> each.signal() == Signal.LOG && each.text().endsWith("/after"))
            .toList();
    assertThat(values(own, "process.pid")).isEqualTo(pids);
    assertThat(values(own, "crjvm.start")).containsExactly("restored");
    assertThat(values(own, "crjvm.image.id")).hasSize(1);
  }

  @OnEachLongTermJdk
  void openTelemetrysAgentBehindCrjvms(Jdk jdk) throws Exception {
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      TestJvm jvm = jvm(jdk).vm(openTelemetry(receiver));
      copiesAreToldApart(receiver, image(jvm, ",identity=fail"));
    }
    TABLE.add(IdentityLibrary.OPEN_TELEMETRY_AGENT);
  }

  @OnEachLongTermJdk
  void openTelemetrysAgentBeforeCrjvms(Jdk jdk) throws Exception {
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      TestJvm jvm = jvm(jdk).vm(openTelemetry(receiver));
      copiesAreToldApart(receiver, imageWithCrjvmLast(jvm));
    }
  }

  /** Uses one connection for everything, which is open at the checkpoint. */
  @OnEachLongTermJdk
  void openTelemetrysAgentByGrpc(Jdk jdk) throws Exception {
    try (OtlpReceiver receiver = new OtlpGrpcReceiver()) {
      TestJvm jvm = jvm(jdk).vm(openTelemetry(receiver));
      copiesAreToldApart(receiver, image(jvm, ",identity=fail"));
    }
  }

  /** A container, as processes see it. */
  private record Place(String host, String container) {
    /**
     * Returns the words that run a command there. The files are as container engines mount them.
     */
    String[] words() throws Exception {
      Path folder = BENCH.newFolder("place");
      Path own = Files.createDirectories(folder.resolve("containers").resolve(container));
      Path name = Files.writeString(own.resolve("hostname"), host + "\n");
      Path hosts = Files.writeString(own.resolve("hosts"), "127.0.0.1 localhost " + host + "\n");
      String script =
          "hostname %s && mount --bind %s /etc/hostname && mount --bind %s /etc/hosts"
              .formatted(host, name, hosts);
      return new String[] {
        "unshare", "--mount", "--uts", "sh", "-c", script + " && exec \"$@\"", "sh"
      };
    }

    Set<List<String>> attributes() {
      return Set.of(List.of(host, container));
    }
  }

  private static final Place FIRST = new Place("first", "1".repeat(64));
  private static final Place SECOND = new Place("second", "2".repeat(64));

  private static Set<List<String>> places(List<Received> received) {
    List<String> names = List.of("host.name", "container.id");
    return received.stream()
        .map(each -> names.stream().map(each::attribute).toList())
        .collect(Collectors.toSet());
  }

  private static Set<List<String>> places(OtlpReceiver receiver, Checkpoint image, String... words)
      throws Exception {
    receiver.forget();
    Copy copy = copy(image.command("--no-fallback").wrappedIn(words), image.port());
    Set<List<String>> places = places(awaitSignals(receiver, copy));
    end(List.of(copy));
    return places;
  }

  @OnEachLongTermJdk
  void copiesAreOfTheirMachineAndContainer(Jdk jdk) throws Exception {
    Requirement.need(User.isRoot(), "only root can have another host name and other mounts");
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      TestJvm jvm = jvm(jdk).vm(openTelemetry(receiver));
      String options = "image=" + jvm.image() + "," + options(jvm) + ",identity=fail";
      Command command = jvm.command(options).wrappedIn(FIRST.words());
      Checkpoint image = jvm.checkpoint(command.start("checkpoint"));
      assertThat(places(receiver.received())).isEqualTo(FIRST.attributes());
      assertThat(places(receiver, image, SECOND.words())).isEqualTo(SECOND.attributes());
      assertThat(places(receiver, image))
          .as("there is no container")
          .allMatch(place -> !place.get(0).equals("first") && place.get(1).isEmpty());
      Checkpoint outside = image(jvm(jdk).vm(openTelemetry(receiver)), ",identity=fail");
      assertThat(places(receiver, outside, SECOND.words())).isEqualTo(SECOND.attributes());
    }
  }

  @OnEachLongTermJdk
  void openTelemetrysSdkAlone(Jdk jdk) throws Exception {
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      copiesAreToldApart(receiver, image(jvm(jdk, "-Dsdk=" + receiver.url()), ",identity=fail"));
    }
    TABLE.add(IdentityLibrary.OPEN_TELEMETRY_SDK);
  }

  /** Checks what a copy makes from the entities, which have the attributes a second time. */
  @OnEachLongTermJdk
  void openTelemetrysEntitiesAreOfTheCopy(Jdk jdk) throws Exception {
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      TestJvm jvm = jvm(jdk, "-Dsdk=" + receiver.url(), "-Dentities=true");
      Checkpoint image = image(jvm, ",identity=fail");
      Set<String> ids = new HashSet<>(values(receiver.received(), INSTANCE));
      assertThat(ids).isNotEmpty();
      List<Copy> copies = twoCopies(image);
      for (Copy copy : copies) {
        Set<String> own = values(awaitSignals(receiver, copy), INSTANCE);
        assertThat(own).hasSize(1).doesNotContainAnyElementsOf(ids);
        String id = own.iterator().next();
        assertThat(copy.ask("/resource")).isEqualTo(id + " " + copy.process.pid());
        ids.add(id);
      }
      end(copies);
    }
  }

  @OnEachLongTermJdk
  void openTelemetrysAgentIsFoundByOneThatComesLater(Jdk jdk) throws Exception {
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      TestJvm jvm = jvm(jdk).vm(openTelemetry(receiver));
      RunningProcess process = jvm.plainCommand().start("original");
      Http.awaitAnswer(process, jvm.port(), "/");
      Await.until(RunningProcess.LIMIT, "what it exports", () -> !receiver.received().isEmpty());
      RunningProcess made =
          new Command(BENCH, jvm.folder())
              .add(BENCH.launcher(), "checkpoint", "--image", jvm.image(), "--stop")
              .add(process.pid())
              .run("checkpoint");
      assertThat(made.awaitExit()).as(made::describe).isZero();
      process.awaitExit();
      copiesAreToldApart(receiver, new Checkpoint(BENCH, jvm, process));
    }
  }

  /** Checks that the second checkpoint starts from the values that the first restore has set. */
  @OnEachLongTermJdk
  void copiesOfACopyAreToldApart(Jdk jdk) throws Exception {
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      TestJvm jvm = jvm(jdk).vm(openTelemetry(receiver));
      RunningProcess copy = image(jvm, "").restore();
      awaitSignals(receiver, new Copy(copy, List.of(jvm.port())));
      RunningProcess made =
          new Command(BENCH, jvm.folder())
              .add(BENCH.launcher(), "checkpoint", "--image", jvm.image(), "--stop")
              .add(copy.pid())
              .run("checkpoint");
      assertThat(made.awaitExit()).as(made::describe).isZero();
      copy.awaitExit();
      copiesAreToldApart(receiver, new Checkpoint(BENCH, jvm, copy));
    }
  }

  /** Checks an SDK that the application has for itself. crjvm can't reach its objects. */
  @OnEachLongTermJdk
  void openTelemetrysSdkThatWasThereBeforeIsNamed(Jdk jdk) throws Exception {
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      TestJvm jvm = jvm(jdk, "-Dsdk=" + receiver.url());
      RunningProcess process = jvm.plainCommand().start("original");
      Http.awaitAnswer(process, jvm.port(), "/");
      RunningProcess list =
          new Command(BENCH, jvm.folder())
              .add(BENCH.launcher(), "checkpoint", "--list", process.pid())
              .run("list");
      assertThat(list.stdout())
          .containsPattern(
              "stays as it is [(].*[0-9] io.opentelemetry.sdk.resources.AutoValue_Resource");
      process.terminate();
    }
  }

  /**
   * Shows the problem that the new identity solves: the metrics of both copies look like one
   * process.
   */
  @Test
  void withoutItTheyAreTheProcessOfTheCheckpoint() throws Exception {
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      TestJvm jvm = jvm(Jdk.any()).vm(openTelemetry(receiver));
      Checkpoint image = image(jvm, ",reseed=off");
      List<Received> before = receiver.received();
      receiver.forget();
      List<Copy> copies = twoCopies(image);
      for (Copy copy : copies) {
        copy.ask("/after");
      }
      Await.until(
          RunningProcess.LIMIT,
          "a span of each copy",
          () ->
              receiver.received().stream().filter(each -> each.signal() == Signal.SPAN).count()
                  >= 2);
      for (String attribute : List.of(INSTANCE, "process.pid")) {
        assertThat(values(receiver.received(), attribute)).isEqualTo(values(before, attribute));
      }
      end(copies);
    }
  }

  @OnEachLongTermJdk
  void whatTheUserGivesOpenTelemetryIsTaken(Jdk jdk) throws Exception {
    String given = UUID.randomUUID().toString();
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      TestJvm jvm = jvm(jdk).vm(openTelemetry(receiver));
      String options = "image=" + jvm.image() + "," + options(jvm);
      RunningProcess made =
          jvm.command(options)
              .with("OTEL_RESOURCE_ATTRIBUTES", INSTANCE + "=" + given)
              .start("checkpoint");
      Checkpoint image = jvm.checkpoint(made);
      Copy same = copy(image.command("--no-fallback"), image.port());
      assertThat(values(awaitSignals(receiver, same), INSTANCE)).containsExactly(given);
      Copy other =
          copy(
              image
                  .command("--no-fallback")
                  .with("OTEL_RESOURCE_ATTRIBUTES", INSTANCE + "=pod%201,k8s.pod.name=pod-1"),
              image.port());
      List<Received> signals = awaitSignals(receiver, other);
      assertThat(values(signals, INSTANCE)).containsExactly("pod 1");
      assertThat(values(signals, "k8s.pod.name")).containsExactly("pod-1");
      end(List.of(same, other));
    }
  }

  /** Checks that a collector can tell a process that was not restored. */
  @OnEachLongTermJdk
  void openTelemetryTellsOfAFallback(Jdk jdk) throws Exception {
    try (OtlpReceiver receiver = new OtlpHttpReceiver()) {
      TestJvm jvm = jvm(jdk).vm(openTelemetry(receiver));
      Checkpoint image = image(jvm, ",identity=fail");
      receiver.forget();
      RunningProcess normal =
          image
              .command("--no-restore")
              .with("OTEL_RESOURCE_ATTRIBUTES", "k8s.pod.name=pod-1")
              .start("fallback");
      Http.awaitAnswer(normal, jvm.port(), "/");
      List<Received> signals = awaitSignals(receiver, new Copy(normal, List.of(jvm.port())));
      assertThat(values(signals, "crjvm.start")).containsExactly("fallback");
      assertThat(values(signals, "k8s.pod.name")).containsExactly("pod-1");
      assertThat(normal.terminate()).as(normal::describe).isEqualTo(143);
    }
  }

  private static double metric(int port, String name) throws IOException {
    return Http.ask(port, "/metrics")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  @OnEachLongTermJdk
  void prometheusScrapesCopies(Jdk jdk) throws Exception {
    int port = FreePort.find();
    Path rules =
        Files.writeString(
            BENCH.newFolder("jmx").resolve("rules.yaml"), "rules:\n- pattern: '.*'\n");
    TestJvm jvm =
        jvm(
            jdk,
            "-javaagent:%s=127.0.0.1:%d:%s"
                .formatted(agent("jmx_prometheus_javaagent.jar"), port, rules));
    Checkpoint image = image(jvm, ",identity=fail");
    double before = Instant.now().getEpochSecond();
    List<Copy> copies = twoCopies(image, port);
    for (Copy copy : copies) {
      int scraped = copy.ports.get(1);
      assertThat(metric(scraped, "process_start_time_seconds")).isGreaterThan(before - 1);
      assertThat(metric(scraped, "process_open_fds")).isPositive();
      assertThat(metric(scraped, "jvm_threads_current")).isPositive();
    }
    end(copies);
  }

  private static Set<String> covered(Path file, Path jar) throws IOException {
    ExecFileLoader loader = new ExecFileLoader();
    loader.load(file.toFile());
    CoverageBuilder coverage = new CoverageBuilder();
    new Analyzer(loader.getExecutionDataStore(), coverage).analyzeAll(jar.toFile());
    Set<String> covered = new HashSet<>();
    for (IClassCoverage type : coverage.getClasses()) {
      for (IMethodCoverage method : type.getMethods()) {
        if (method.getInstructionCounter().getCoveredCount() > 0) {
          covered.add(method.getName());
        }
      }
    }
    return covered;
  }

  @OnEachLongTermJdk
  void jacocoWritesWhatCopiesHaveRun(Jdk jdk) throws Exception {
    Path folder = BENCH.newFolder("coverage");
    Path file = folder.resolve("jacoco.exec");
    TestJvm jvm = jvm(jdk, "-javaagent:%s=destfile=%s".formatted(agent("jacocoagent.jar"), file));
    Checkpoint image = image(jvm, ",identity=fail");
    List<Copy> copies = twoCopies(image);
    copies.get(0).ask("/after");
    end(copies);
    Path jar = BENCH.copyOfFramework("agents", "application.jar");
    assertThat(covered(file, jar)).contains("doMuch", "doAfterwards");
  }

  private static RunningProcess jcmd(Jdk jdk, RunningProcess process, Object... words)
      throws Exception {
    RunningProcess jcmd =
        new Command(BENCH, BENCH.newFolder("jcmd"))
            .add(jdk.tool("jcmd"), process.pid())
            .add(words)
            .run("jcmd");
    assertThat(jcmd.awaitExit()).as(jcmd::describe).isZero();
    return jcmd;
  }

  private static Path profiler() throws Exception {
    Path folder = BENCH.newFolder("profiler");
    Path jar = agent("async-profiler.jar");
    Path library = folder.resolve("libasyncProfiler.so");
    String processor = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
    try (FileSystem files = FileSystems.newFileSystem(jar)) {
      Files.copy(files.getPath("linux-" + processor, "libasyncProfiler.so"), library);
    }
    return library;
  }

  @OnEachLongTermJdk
  void asyncProfilerIsAttachedToACopy(Jdk jdk) throws Exception {
    Path library = profiler();
    Path profile = BENCH.newFolder("profile").resolve("profile.txt");
    Checkpoint image = image(jvm(jdk), "");
    Copy copy = copy(image.command("--no-fallback"), image.port());
    jcmd(jdk, copy.process, "JVMTI.agent_load", library, "\"start,event=itimer,interval=1ms\"");
    Await.until(
        RunningProcess.LIMIT,
        "a profile with the application's method",
        () -> {
          copy.ask("/profiled");
          String dump = "\"dump,collapsed,file=" + profile + "\"";
          jcmd(jdk, copy.process, "JVMTI.agent_load", library, dump);
          return Files.readString(profile).contains("crjvm/frameworks/agents/Work.doMuch");
        },
        copy.process::describe);
    jcmd(jdk, copy.process, "JVMTI.agent_load", library, "stop");
    end(List.of(copy));
  }

  private static void assertRefused(TestJvm jvm, String line) throws Exception {
    RunningProcess process = jvm.start(options(jvm));
    process.awaitError(line);
    assertThat(Http.ask(jvm.port(), "/")).isNotEmpty();
    process.terminate();
  }

  @OnEachLongTermJdk
  void profilersThatHaveATimerAreToBeStopped(Jdk jdk) throws Exception {
    String line = "crjvm: checkpoint failed: the process has a native timer ";
    String options = "=start,event=itimer,file=" + BENCH.newFolder("profile").resolve("txt");
    assertRefused(jvm(jdk, "-agentpath:" + profiler() + options), line);
    TestJvm jvm = jvm(jdk, "-javaagent:" + agent("pyroscope.jar"));
    RunningProcess process =
        jvm.command("image=" + jvm.image() + "," + options(jvm))
            .with("PYROSCOPE_SERVER_ADDRESS", jvm.url())
            .start("refused");
    process.awaitError(line);
    process.terminate();
  }

  /**
   * Checks that a restored process can't load the JDK's debugger and that a normal start can.
   * {@code GateIT} tests a checkpoint with the debugger.
   */
  @OnEachLongTermJdk
  void debuggerIsForNormalStarts(Jdk jdk) throws Exception {
    Checkpoint image = image(jvm(jdk), "");
    Copy copy = copy(image.command("--no-fallback"), image.port());
    Path library = jdk.home().resolve("lib/libjdwp.so");
    String options = "\"transport=dt_socket,server=y,suspend=n,address=localhost:0\"";
    RunningProcess jcmd = jcmd(jdk, copy.process, "JVMTI.agent_load", library, options);
    assertThat(jcmd.stdout()).contains("Agent_OnAttach is not available");
    end(List.of(copy));
    RunningProcess normal =
        image
            .command("--no-restore")
            .with("JAVA_TOOL_OPTIONS", "-agentlib:jdwp=" + options.replace("\"", ""))
            .start("debugged");
    normal.awaitOutput("Listening for transport dt_socket at address: ");
    Http.awaitAnswer(normal, image.port(), "/");
    normal.terminate();
  }

  private static List<String> elastic(AgentIntake intake) throws IOException {
    return List.of(
        "-javaagent:" + agent("elastic-apm-agent.jar"),
        "-Delastic.apm.server_url=" + intake.url(),
        "-Delastic.apm.service_name=agents",
        "-Delastic.apm.log_level=WARN",
        "-Delastic.apm.api_request_time=200ms",
        "-Delastic.apm.metrics_interval=1s");
  }

  private static Set<String> found(AgentIntake intake, Pattern pattern) {
    return intake.texts().stream()
        .flatMap(text -> pattern.matcher(text).results())
        .map(match -> match.group(1))
        .collect(Collectors.toSet());
  }

  private static void elasticsServerTellsThemApart(AgentIntake intake, Checkpoint image)
      throws Exception {
    Set<String> before = found(intake, ELASTIC_ID);
    assertThat(before).isNotEmpty();
    intake.forget();
    List<Copy> copies = twoCopies(image);
    Set<String> pids =
        copies.stream().map(copy -> Long.toString(copy.process.pid())).collect(Collectors.toSet());
    Await.until(
        RunningProcess.LIMIT,
        "the metadata of both copies",
        () -> found(intake, ELASTIC_PID).containsAll(pids),
        () -> intake.texts().toString());
    end(copies);
    assertThat(found(intake, ELASTIC_PID)).isEqualTo(pids);
    assertThat(found(intake, ELASTIC_ID)).hasSize(2).doesNotContainAnyElementsOf(before);
  }

  @OnEachLongTermJdk
  void elasticsAgentBehindCrjvms(Jdk jdk) throws Exception {
    try (AgentIntake intake = new AgentIntake()) {
      TestJvm jvm = jvm(jdk).vm(elastic(intake));
      elasticsServerTellsThemApart(intake, image(jvm, ",identity=fail"));
    }
    TABLE.add(IdentityLibrary.ELASTIC);
  }

  @OnEachLongTermJdk
  void elasticsAgentBeforeCrjvms(Jdk jdk) throws Exception {
    try (AgentIntake intake = new AgentIntake()) {
      TestJvm jvm = jvm(jdk).vm(elastic(intake));
      elasticsServerTellsThemApart(intake, imageWithCrjvmLast(jvm));
    }
  }

  @OnEachLongTermJdk
  void datadogsRuntimeIdIsNamed(Jdk jdk) throws Exception {
    try (AgentIntake intake = new AgentIntake()) {
      Checkpoint image =
          image(
              jvm(
                  jdk,
                  "-javaagent:" + agent("dd-java-agent.jar"),
                  "-Ddd.trace.agent.url=" + intake.url(),
                  "-Ddd.jmxfetch.enabled=false"),
              "");
      assertThat(image.process().stderr())
          .contains(
              "crjvm: copies will have in common: the runtime id of Datadog's agent; create it again");
      List<Copy> copies = twoCopies(image);
      for (Copy copy : copies) {
        assertThat(copy.ask("/after")).isNotEmpty();
      }
      intake.forget();
      end(copies);
      // The agent says that the application ends.
      assertThat(intake.texts()).anyMatch(text -> text.contains("\"app-closing\""));
    }
    TABLE.add(IdentityLibrary.DATADOG);
  }

  /** Returns the JDKs that New Relic's agent knows. It does not start on newer ones. */
  static List<Jdk> ofNewRelic() {
    return Jdk.longTerm().stream().filter(jdk -> jdk.major() <= 21).toList();
  }

  @Matrix(parts = 4)
  @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
  @MethodSource("ofNewRelic")
  void newRelicsRunIsNamed(Jdk jdk) throws Exception {
    Checkpoint image =
        image(
            jvm(
                jdk,
                "-javaagent:" + agent("newrelic-agent.jar"),
                "-Dnewrelic.config.app_name=agents",
                "-Dnewrelic.config.license_key=a",
                "-Dnewrelic.config.host=localhost",
                "-Dnewrelic.config.port=1",
                "-Dnewrelic.config.log_file_name=STDOUT"),
            "");
    assertThat(image.process().stderr())
        .contains("crjvm: copies will have in common: the agent run of New Relic's agent, ");
    List<Copy> copies = twoCopies(image);
    for (Copy copy : copies) {
      assertThat(copy.ask("/after")).isNotEmpty();
    }
    end(copies);
    TABLE.add(IdentityLibrary.NEW_RELIC);
  }
}
