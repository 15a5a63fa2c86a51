package crjvm.benchmark.startup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A dump of the same process, which CRIU alone restores as root. The restored process gets its old
 * process ids, so these have to be free, and its log must have the old length.
 */
final class CriuWay extends Way {
  private static final String FOLDER = "/usr/local/lib/crjvm";

  /** The command that starts criu with the path of its libraries, which no other program needs. */
  private static final List<String> CRIU =
      List.of("/usr/bin/env", "LD_LIBRARY_PATH=" + FOLDER + "/lib", FOLDER + "/criu");

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Path dump;
  private final Path log;
  private final int pid;
  private final long logSize;

  private CriuWay(Place place, Application application, Path dump, Path log, int pid)
      throws IOException {
    super(place, application, Variant.CRIU);
    this.dump = dump;
    this.log = log;
    this.pid = pid;
    this.logSize = Files.size(log);
  }

  /** Dumps a process, which the dump ends. */
  static CriuWay dump(Place place, Application application, Child jvm, Path log, Path dump)
      throws Failure, InterruptedException, IOException {
    Files.createDirectory(dump);
    // The JVM has mapped this file, and the next JVM would remove it. As a deleted file it is part
    // of the dump.
    String perfData = "/tmp/hsperfdata_" + place.settings().userName + "/" + jvm.pid();
    Files.deleteIfExists(Path.of(perfData));
    place.own(dump);
    place.runAsRoot("criu-dump", dumpCommand(place.settings(), jvm.pid(), dump));
    jvm.await();
    return new CriuWay(place, application, dump, log, jvm.pid());
  }

  /**
   * Returns the command of a dump as the user, as crjvm's helper dumps. Root in a container lacks
   * capabilities that a dump as root needs.
   */
  private static List<String> dumpCommand(Settings settings, int pid, Path dump) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "/usr/bin/setpriv",
                "--reuid=" + settings.user,
                "--regid=" + settings.group,
                "--clear-groups",
                "--inh-caps=-all,+checkpoint_restore",
                "--ambient-caps=+checkpoint_restore"));
    command.addAll(CRIU);
    command.addAll(
        List.of(
            "dump",
            "--unprivileged",
            "--tree",
            Integer.toString(pid),
            "--images-dir",
            dump.toString(),
            "--log-file",
            "dump.log",
            "-v1",
            "--tcp-close",
            "--ghost-limit",
            "16M",
            "--manage-cgroups=ignore"));
    return command;
  }

  static List<String> versionCommand() {
    List<String> command = new ArrayList<>(CRIU);
    command.add("--version");
    return command;
  }

  static List<String> restoreCommand(Path dump, String logName) {
    List<String> command = new ArrayList<>(CRIU);
    command.addAll(
        List.of(
            "restore",
            "--images-dir",
            dump.toString(),
            "--log-file",
            logName,
            "-v1",
            "--restore-detached",
            "--tcp-close",
            "--manage-cgroups=ignore"));
    return command;
  }

  Path dump() {
    return dump;
  }

  @Override
  void prepare() throws IOException {
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(logSize);
    }
    // The JVM outlives the criu process that has created it.
    Spawner.adoptOrphans(true);
  }

  @Override
  Child start() throws Failure, InterruptedException {
    return place().startAsRoot(restoreCommand(dump, "restore.log"), place().newLog(name()));
  }

  @Override
  Child jvm(Child started) throws Failure {
    started.awaitSuccess("criu restore", LIMIT);
    Spawner.adoptOrphans(false);
    return new Child(pid, started.startedAt(), log);
  }

  @Override
  boolean hasFailed(Child started) throws Failure {
    return !started.isAlive() && started.await() != 0;
  }
}
