package crjvm.it.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A user's home with the cache of {@code crjvm java} in it.
 *
 * @param home the folder
 */
public record JavaCache(Workbench bench, Path home) {
  public static JavaCache make(Workbench bench) throws IOException {
    return new JavaCache(bench, bench.newFolder("home"));
  }

  public Path folder() {
    return home.resolve(".cache/crjvm");
  }

  /** Returns the launcher's command with a JDK. */
  public Command crjvm(Jdk jdk, Path workingDirectory, Object... words) {
    return new Command(bench, workingDirectory)
        .add(bench.launcher())
        .add(words)
        .with("HOME", home.toString())
        .with("JAVA_HOME", jdk.home().toString());
  }

  public static boolean isRestored(RunningProcess process) throws IOException {
    return Files.readSymbolicLink(ProcFile.of(process.pid(), "exe")).endsWith("crjvm-restore");
  }

  public static boolean hasAgent(RunningProcess process) throws IOException {
    return ProcFile.commandLine(process.pid()).contains("-javaagent:");
  }

  /** Returns the files of that name in all cache entries. */
  public List<Path> files(String name) throws IOException {
    if (!Files.isDirectory(folder())) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder())) {
      return all.filter(file -> file.getFileName().toString().matches(name)).toList();
    } catch (UncheckedIOException e) { // Somebody has removed a folder meanwhile.
      throw e.getCause();
    }
  }

  /** Waits until there are so many images, and all work that follows an image is done. */
  public void awaitImages(int count, RunningProcess process) {
    Await.until(
        RunningProcess.LIMIT,
        count + " images in the cache",
        () -> files("manifest").size() == count && pruned() >= count,
        () -> process.describe() + "\n--- log\n" + logs());
  }

  private long pruned() {
    return logs().lines().filter(line -> line.contains("pruned with status 0")).count();
  }

  public void awaitRefusal(RunningProcess process) {
    Await.until(
        RunningProcess.LIMIT,
        "the reason why there is no image",
        () -> !files("cannot").isEmpty(),
        () -> process.describe() + "\n--- log\n" + logs());
  }

  public String logs() {
    try {
      StringBuilder text = new StringBuilder();
      for (Path log : files("log")) {
        text.append(Files.readString(log));
      }
      return text.toString();
    } catch (IOException e) {
      return e.toString();
    }
  }

  public String list(Jdk jdk) throws IOException, InterruptedException {
    RunningProcess list = crjvm(jdk, home, "cache", "list").run("list");
    assertThat(list.awaitExit()).as(list::describe).isZero();
    assertThat(list.stderr()).isEmpty();
    return list.stdout();
  }

  public String prune(Jdk jdk, Object... options) throws IOException, InterruptedException {
    RunningProcess prune = crjvm(jdk, home, "cache", "prune").add(options).run("prune");
    assertThat(prune.awaitExit()).as(prune::describe).isZero();
    return prune.stdout();
  }
}
