package crjvm.it.framework;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.ClockOffset;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One row of the frameworks' table on one JDK: a checkpoint, a normal start, copies. */
public final class FrameworkRun {
  private static final int COPIES = 3;
  private static final String READY = "/greeting?name=ready";

  /** The ports of a process. {@code secure} is for applications that also serve TLS. */
  private record Ports(int plain, int secure) {
    static Ports free() {
      return new Ports(FreePort.find(), FreePort.find());
    }
  }

  private final class Restorer implements MoreCopies {
    private final Checkpoint checkpoint;
    private final Ports image;

    private Restorer(Checkpoint checkpoint, Ports image) {
      this.checkpoint = checkpoint;
      this.image = image;
    }

    @Override
    public Path folder() {
      return checkpoint.jvm().folder();
    }

    @Override
    public Path newFolder(String name) throws IOException {
      return bench.newFolder(name);
    }

    @Override
    public FrameworkProcess restore(ClockOffset clock, Path folder, Object... options)
        throws IOException {
      Ports own = Ports.free();
      Command command = command(checkpoint, image, own, clock).add(options).in(folder);
      return ready(command.start("copy-" + clock), folder, own, true);
    }
  }

  private final Workbench bench;
  private final Framework framework;
  private final Jdk jdk;
  private final Path jar;
  private final ServerKey key;

  public FrameworkRun(Workbench bench, Framework framework, Jdk jdk) throws Exception {
    this.bench = bench;
    this.framework = framework;
    this.jdk = jdk;
    this.jar = bench.copyOfFramework(framework.module(), framework.jar());
    this.key = framework.isSecure() ? ServerKey.make(bench, jdk) : null;
  }

  public void copiesServeAsTheNormalStart() throws Exception {
    Path temporary = bench.newFolder("tmp");
    int securePort = FreePort.find();
    TestJvm jvm = jvm(temporary, securePort);
    Checkpoint checkpoint = jvm.checkpoint(framework.agentOptions(jvm.port(), securePort));
    Ports image = new Ports(jvm.port(), securePort);
    Map<String, String> expected = answersOfANormalStart(checkpoint, image);
    assertThat(expected.get("/greeting?name=World")).isEqualTo("Hello, World!");
    Set<Path> before = filesIn(temporary);
    before.addAll(checkpoint.temporaryFolders());
    List<FrameworkProcess> copies = restoreAtOnce(checkpoint, image);
    for (FrameworkProcess copy : copies) {
      assertThat(answers(copy)).as(copy.process()::describe).isEqualTo(expected);
      assertGoesOn(copy);
    }
    for (Framework.CopiesCheck check : framework.copiesChecks()) {
      check.check(copies);
    }
    for (FrameworkProcess copy : copies) {
      assertStops(copy);
      assertThat(copy.process().messages())
          .as(copy.process()::describe)
          .allMatch(line -> line.startsWith("crjvm: listening: "));
    }
    for (Framework.RestoreCheck check : framework.restoreChecks()) {
      check.check(new Restorer(checkpoint, image));
    }
    assertThat(before).containsAll(filesIn(temporary));
    assertThat(processes()).isEmpty();
    Workbench.delete(jvm.folder()); // The images of all frameworks together are large.
  }

  private TestJvm jvm(Path temporary, int securePort) throws IOException {
    TestJvm jvm = new TestJvm(bench, jdk).jar(jar);
    jvm.vm("-Xmx160m", "-Djava.io.tmpdir=" + temporary).vm(framework.options(jvm.port()));
    return key == null ? jvm : jvm.vm(key.options()).vm("-Dtls.port=" + securePort);
  }

  /**
   * Returns the answers of a normal start by the command in the image. The same start happens
   * wherever an image can't be used.
   */
  private Map<String, String> answersOfANormalStart(Checkpoint checkpoint, Ports ports)
      throws Exception {
    Path folder = bench.newFolder("normal");
    RunningProcess process = checkpoint.command("--no-restore").in(folder).start("normal");
    FrameworkProcess normal = ready(process, folder, ports, false);
    Map<String, String> answers = answers(normal);
    assertGoesOn(normal);
    assertStops(normal);
    return answers;
  }

  private List<FrameworkProcess> restoreAtOnce(Checkpoint checkpoint, Ports image)
      throws IOException {
    List<RunningProcess> processes = new ArrayList<>();
    List<Ports> ports = new ArrayList<>();
    while (processes.size() < COPIES) {
      ports.add(Ports.free());
      Ports own = ports.get(ports.size() - 1);
      processes.add(command(checkpoint, image, own, ClockOffset.NONE).start("copy"));
    }
    List<FrameworkProcess> copies = new ArrayList<>();
    for (int i = 0; i < COPIES; i++) {
      copies.add(ready(processes.get(i), checkpoint.jvm().folder(), ports.get(i), true));
    }
    return copies;
  }

  private Command command(Checkpoint checkpoint, Ports image, Ports own, ClockOffset clock) {
    Command command =
        new Command(bench, checkpoint.jvm().folder())
            .add(clock.prefix(), bench.launcher(), "run", "--image", checkpoint.image())
            .add("--no-fallback");
    if (framework.portLine() == null) {
      command.add("--listen", image.plain() + "=" + own.plain());
    }
    if (framework.isSecure()) {
      command.add("--listen", image.secure() + "=" + own.secure());
    }
    return command;
  }

  private FrameworkProcess ready(
      RunningProcess process, Path folder, Ports given, boolean restored) {
    int port = framework.portLine() == null ? given.plain() : awaitPort(process);
    Http.awaitAnswer(process, port, READY);
    if (framework.isSecure()) {
      awaitOpen(process, given.secure());
    }
    return new FrameworkProcess(process, folder, port, restored, given.secure(), key);
  }

  /** Waits until a port is open. Servers open their ports one after the other. */
  private static void awaitOpen(RunningProcess process, int port) {
    Await.until(
        Http.START_LIMIT,
        "port " + port,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("it ended instead\n" + process.describe());
          }
          new Socket(InetAddress.getLoopbackAddress(), port).close();
          return true;
        },
        process::describe);
  }

  private int awaitPort(RunningProcess process) {
    Pattern line = Pattern.compile(framework.portLine());
    Await.until(
        RunningProcess.LIMIT,
        "the port",
        () -> !process.isAlive() || line.matcher(process.stdout()).find(),
        process::describe);
    Matcher port = line.matcher(process.stdout());
    assertThat(port.find()).as(process::describe).isTrue();
    return Integer.parseInt(port.group(1));
  }

  private Map<String, String> answers(FrameworkProcess process) throws IOException {
    Map<String, String> answers = new LinkedHashMap<>();
    for (String path : framework.paths()) {
      answers.put(path, process.ask(path));
    }
    return answers;
  }

  /** Checks the state that each process has for itself, and runs the checks of the row. */
  private void assertGoesOn(FrameworkProcess process) throws Exception {
    int visits = process.restored() && framework.isWarmed() ? Framework.VISITS : 0;
    for (int i = 1; i <= 2; i++) {
      assertThat(process.ask("/visits")).isEqualTo(Integer.toString(visits + i));
    }
    for (Framework.Check check : framework.checks()) {
      check.check(process);
    }
  }

  private void assertStops(FrameworkProcess serving) throws Exception {
    RunningProcess process = serving.process();
    assertThat(process.isAlive()).as(process::describe).isTrue();
    assertThat(process.terminate()).as(process::describe).isEqualTo(143);
    assertThat(process.stdout() + process.stderr()).contains(framework.farewell(process.pid()));
  }

  private static Set<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private List<String> processes() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(jar.toString()))
        .toList();
  }

  /** Returns the release of a library inside the jar or beside it. */
  String release(String artifact) throws IOException {
    Pattern name = Pattern.compile("(?:.*[/.])?" + Pattern.quote(artifact) + "-(\\d[^/]*)");
    Set<String> releases = new TreeSet<>();
    for (String library : libraries()) {
      Matcher matcher = name.matcher(library.replaceFirst("\\.jar$", ""));
      if (matcher.matches()) {
        releases.add(matcher.group(1));
      }
    }
    assertThat(releases).as("releases of " + artifact).hasSize(1);
    return releases.iterator().next();
  }

  private Set<String> libraries() throws IOException {
    Set<String> libraries = new TreeSet<>();
    try (JarFile file = new JarFile(jar.toFile());
        Stream<Path> beside = Files.walk(jar.getParent())) {
      file.stream().map(entry -> entry.getName()).forEach(libraries::add);
      beside.map(Path::toString).forEach(libraries::add);
    }
    libraries.removeIf(library -> !library.endsWith(".jar"));
    return libraries;
  }
}
