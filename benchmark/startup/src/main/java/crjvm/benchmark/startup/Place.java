package crjvm.benchmark.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Where things are, and who starts what: one for a run. */
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

  /** The folder of an application, the user's. */
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

  /** Runs a command as the ordinary user to its end, which has to be a good one; its output. */
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

  /** A file that nobody has written to yet. */
  Path newLog(String what) {
    return settings.work.resolve("log-" + logs++ + "-" + what.replaceAll("[^A-Za-z0-9]+", "-"));
  }

  /** The command {@code crjvm}. */
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
        "CRJVM_DEBUG",
        "0");
  }

  /** A line about what goes on. */
  void say(String text) {
    System.out.printf("[%4d s] %s%n", (System.nanoTime() - began) / 1_000_000_000, text);
  }

  @Override
  public void close() {
    user.close();
    root.close();
  }
}
