package crjvm.benchmark.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The folders of a run, and the spawners that start its processes. There is one for each run. */
final class Place implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private final Settings settings;
  private final Spawner user;
  private final Spawner root = Spawner.asItIs();
  private final long began = System.nanoTime();
  private int logs;

  Place(Settings settings) throws Failure, InterruptedException {
    this.settings = settings;
    this.user = Spawner.as(settings.user, settings.group);
  }

  Settings settings() {
    return settings;
  }

  /** Returns the folder of an application, which belongs to the user. */
  Path folder(Application application) throws IOException {
    Path folder = settings.work.resolve(application.name());
    if (!Files.isDirectory(folder)) {
      own(Files.createDirectory(folder));
    }
    return folder;
  }

  Path own(Path path) throws IOException {
    Files.setOwner(
        path,
        path.getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(settings.userName));
    return path;
  }

  /** Starts a command as the ordinary user. */
  Child startAsUser(List<String> command, Path log) throws Failure, InterruptedException {
    return user.start(command, environment(), settings.work, log);
  }

  Child startAsRoot(List<String> command, Path log) throws Failure, InterruptedException {
    return root.start(command, environment(), settings.work, log);
  }

  /**
   * Runs a command as the ordinary user to its end and returns its output. The command has to
   * succeed.
   */
  String run(String what, List<String> command) throws Failure, InterruptedException, IOException {
    Child child = startAsUser(command, newLog(what));
    child.awaitSuccess(what, LIMIT);
    return child.output();
  }

  String runAsRoot(String what, List<String> command)
      throws Failure, InterruptedException, IOException {
    Child child = startAsRoot(command, newLog(what));
    child.awaitSuccess(what, LIMIT);
    return child.output();
  }

  /** Returns a new file. */
  Path newLog(String what) {
    return settings.work.resolve("log-" + logs++ + "-" + what.replaceAll("[^A-Za-z0-9]+", "-"));
  }

  /** Returns the command {@code crjvm}. */
  String crjvm() {
    return settings.product.resolve("bin/crjvm").toString();
  }

  Path agent() {
    return settings.product.resolve("crjvm.jar");
  }

  private Map<String, String> environment() {
    return Map.of(
        "PATH",
        PATH,
        "HOME",
        settings.work.toString(),
        "LANG",
        "C.UTF-8",
        "JAVA_HOME",
        System.getProperty("java.home"),
        "CRJVM_POOL",
        settings.work.resolve("pool").toString(),
        "CRJVM_DEBUG",
        "0");
  }

  /** Prints a line about the progress. */
  void say(String text) {
    System.out.printf("[%4d s] %s%n", (System.nanoTime() - began) / 1_000_000_000, text);
  }

  @Override
  public void close() {
    user.close();
    root.close();
  }
}
