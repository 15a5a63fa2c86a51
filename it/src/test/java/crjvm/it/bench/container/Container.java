package crjvm.it.bench.container;

import crjvm.it.bench.Await;
import crjvm.it.bench.Http;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A container, from its options to its end. */
public final class Container {
  /** The options with which a careful administrator restricts a container. */
  public static final List<String> CONFINED =
      List.of(
          "--cap-drop=ALL",
          "--security-opt=no-new-privileges",
          "--user=1000:1000",
          "--read-only",
          "--hostname=elsewhere");

  private static final String STOP_SECONDS = "20";

  private final Workbench bench;
  private final ContainerEngine engine;
  private final String image;
  private final String name;
  private final List<String> options = new ArrayList<>();
  private String network = "host";
  private boolean hasWorkbench = true;
  private RunningProcess process;

  Container(Workbench bench, ContainerEngine engine, String image, String name) {
    this.bench = bench;
    this.engine = engine;
    this.image = image;
    this.name = name;
  }

  public Container with(String... more) {
    return with(List.of(more));
  }

  public Container with(List<String> more) {
    options.addAll(more);
    return this;
  }

  /** Gives the container loopback and nothing else. {@link #ask} works from inside. */
  public Container withoutNetwork() {
    network = "none";
    return this;
  }

  /** Leaves out the workbench, for an image that has everything that it needs. */
  Container withoutWorkbench() {
    hasWorkbench = false;
    return this;
  }

  /** Mounts a folder of the host under the same path. */
  public Container writing(Path folder) {
    return with("--volume=" + folder + ":" + folder);
  }

  /**
   * Runs the command in the foreground: its standard streams and exit status are those of the
   * process.
   */
  public RunningProcess start(Object... command) throws IOException {
    List<String> whole = new ArrayList<>();
    Path folder = bench.product().getParent();
    whole.addAll(List.of(engine.command().toString(), "run", "--rm", "--name", name));
    whole.addAll(List.of("--pull=never", "--network=" + network));
    if (hasWorkbench) {
      whole.add("--volume=" + folder + ":" + folder + ":ro");
    }
    whole.addAll(options);
    whole.add(image);
    for (Object word : command) {
      if (word instanceof List<?> list) {
        list.forEach(each -> whole.add(each.toString()));
      } else {
        whole.add(word.toString());
      }
    }
    ProcessBuilder builder = new ProcessBuilder(whole).redirectInput(new File("/dev/null"));
    process = bench.start(name, builder);
    return process;
  }

  /** Runs another command in the container, and returns its output. */
  public String exec(Object... command) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(List.of("exec", name));
    for (Object word : command) {
      whole.add(word.toString());
    }
    return engine.podman(whole.toArray(String[]::new));
  }

  /** Sends a request from inside. */
  public String ask(int port, String pathAndQuery) throws IOException, InterruptedException {
    return exec("curl", "-sSf", "--max-time", "60", "http://localhost:" + port + pathAndQuery);
  }

  /** Waits for an answer to a request from inside. */
  public Container awaitAnswer(int port) {
    awaitStart();
    Await.until(
        Http.START_LIMIT,
        "an answer in " + name,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("it ended instead of answering\n" + process.describe());
          }
          // The container or the server may not be there yet.
          return exec("sh", "-c", "curl -s http://localhost:" + port + "/ || :").equals("ok");
        },
        process::describe);
    return this;
  }

  /** Waits until the container's first process runs. */
  public void awaitStart() {
    Await.until(
        Http.START_LIMIT,
        "the container " + name,
        () -> engine.podman("ps", "--quiet", "--filter=name=" + name).length() > 0,
        process::describe);
  }

  /** Returns the id that the container's first process has on the host. */
  public long pid() throws IOException, InterruptedException {
    return Long.parseLong(engine.podman("inspect", "--format={{.State.Pid}}", name));
  }

  /** Returns a line of the status of a process in the container. */
  public String status(int pid, String field) throws IOException, InterruptedException {
    return exec("sed", "-n", "s/^" + field + ":\t//p", "/proc/" + pid + "/status");
  }

  /**
   * Stops the container as podman stop does: SIGTERM to process 1, SIGKILL in the end. Returns the
   * exit status.
   */
  public int stop() throws IOException, InterruptedException {
    engine.podman("stop", "--time", STOP_SECONDS, name);
    return process.awaitExit();
  }

  public int kill(String signal) throws IOException, InterruptedException {
    engine.podman("kill", "--signal", signal, name);
    return process.awaitExit();
  }
}
