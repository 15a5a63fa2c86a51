package crjvm.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An image of the application under test.
 *
 * @param process the JVM that made it, which has ended
 */
public record Checkpoint(Workbench bench, JvmPlace jvm, RunningProcess process) {
  /** Returns the image that a process makes. This has to succeed and to end the process. */
  static Checkpoint of(Workbench bench, JvmPlace jvm, RunningProcess process)
      throws InterruptedException {
    Await.until(
        RunningProcess.LIMIT,
        "the image",
        () -> !process.isAlive() || process.stderr().contains("failed: "),
        process::describe);
    if (process.isAlive() || process.awaitExit() != 0) {
      throw new AssertionError("no image\n" + process.describe());
    }
    return new Checkpoint(bench, jvm, process);
  }

  /** Makes another image of the same application in the place of this one, which has been moved. */
  public Checkpoint again() throws IOException, InterruptedException {
    return of(bench, jvm, jvm.startForFirstAnswer());
  }

  public Path image() {
    return jvm.image();
  }

  public int port() {
    return jvm.port();
  }

  /** Returns {@code crjvm run --image IMAGE}, to which more options and arguments can be added. */
  public Command command(Object... options) {
    return new Command(bench, jvm.folder())
        .add(bench.launcher(), "run", "--image", image())
        .add(options);
  }

  /**
   * Returns the application's temporary folders. The process that was checkpointed has deleted
   * those without files at its end, and the first copy makes them again.
   */
  public Set<Path> temporaryFolders() throws IOException {
    String line = "outside=temporary-folder ";
    return Files.readAllLines(image().resolve("manifest")).stream()
        .filter(each -> each.startsWith(line))
        .map(each -> Path.of(each.substring(line.length())))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Restores the image without a fallback, and waits for the first answer. */
  public RunningProcess restore(Object... options) throws IOException {
    return await(command("--no-fallback").add(options).start("restore"));
  }

  /** Returns the output of {@code crjvm inspect}. */
  public String inspected(Object... options) throws IOException, InterruptedException {
    RunningProcess inspect =
        new Command(bench, jvm.folder())
            .with("JAVA_HOME", jvm.jdk().home().toString())
            .add(bench.launcher(), "inspect", image())
            .add(options)
            .run("inspect");
    if (inspect.awaitExit() != 0) {
      throw new AssertionError(inspect.describe());
    }
    return inspect.stdout();
  }

  /** Runs {@code crjvm optimize --train} with the requests of the warm-up. */
  public void recordWorkingSet() throws IOException, InterruptedException {
    RunningProcess optimize =
        new Command(bench, jvm.folder())
            .add(bench.launcher(), "optimize", "--train", image())
            .run("optimize");
    if (optimize.awaitExit() != 0) {
      throw new AssertionError("no working set\n" + optimize.describe());
    }
  }

  public RunningProcess await(RunningProcess restored) {
    Http.awaitAnswer(restored, port(), "/");
    return restored;
  }

  public String ask(String pathAndQuery) throws IOException {
    return Http.ask(port(), pathAndQuery);
  }

  public List<String> askLines(String pathAndQuery) throws IOException {
    return ask(pathAndQuery).lines().toList();
  }
}
