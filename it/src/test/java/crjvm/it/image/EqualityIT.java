package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Collector;
import crjvm.it.bench.Command;
import crjvm.it.bench.Engine;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.equality.EqualityComparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that crjvm restored is, before its first instruction, the same as the one that CRIU
 * restores from the same dump: in memory, registers and signals.
 */
@Tag("variant")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class EqualityIT {
  /**
   * The capabilities of CRIU. CHECKPOINT_RESTORE is for the old process id. SETPCAP is needed
   * because CRIU drops what the dumped process lacked in its bounding set, even if CRIU itself
   * lacks it.
   */
  private static final String CAPABILITIES = "+checkpoint_restore,+setpcap";

  private static final int ATTEMPTS = 5;
  private static final Pattern KEPT = Pattern.compile("kept for debugging: \"(.*)\"");
  private static final Pattern PID = Pattern.compile("\\.(\\d+)\\.partial$");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /**
   * Returns combinations with heaps of private memory and of shared memory (JDK 17's ZGC, several
   * mappings of a memfd).
   */
  static Stream<Arguments> combinations() {
    return Jdk.all().stream()
        .flatMap(jdk -> Stream.of(Collector.G1, Collector.Z).map(each -> Arguments.of(jdk, each)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("combinations")
  void restoredProcessIsWhatCriuRestores(Jdk jdk, Collector collector) throws Exception {
    Requirement.need(User.isRoot(), "only root can give CRIU what it needs to restore");
    jdk.require();
    Requirement.need(collector.isIn(jdk), jdk + " has no " + collector);
    Path partial = dump(new TestJvm(BENCH, jdk).vm(collector.options()).withExercises());

    Path criu = restoreWithCriu(partial);
    EqualityComparison.compare(partial.resolve("image"), criu, restore(partial));
  }

  /**
   * Makes a checkpoint and returns the agent's partial folder with the dump and the image. The
   * agent keeps this folder because its last step fails: an image can be moved onto an empty
   * folder, but not onto one at which another file system is mounted.
   */
  private static Path dump(TestJvm jvm) throws Exception {
    // CRIU refuses a log file that has grown since the dump, but it accepts a pipe.
    jvm.under("sh", "-c", "\"$@\" 2>&1 | cat", "sh");
    String options =
        "image=" + jvm.image() + ",at=http:" + jvm.url() + ",warmup=" + jvm.url() + "count*20";
    String place = User.ORDINARY.own(Files.createDirectory(jvm.image())).toString();
    run("mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "crjvm-it", place);
    RunningProcess process = jvm.command(options).with("CRJVM_DEBUG", "1").start("checkpoint");
    try {
      process.awaitOutput("kept for debugging");
    } finally {
      run("umount", place);
    }
    Matcher kept = KEPT.matcher(process.stdout());
    assertThat(kept.find()).isTrue();
    Path partial = Path.of(kept.group(1));
    assertThat(partial.resolve("image/plan")).as(process.stdout()).exists();

    // The id and the port are needed again. The JVM is not killed, so it removes its perf data.
    RunningProcess.signal("TERM", pid(partial));
    process.awaitExit();
    return partial;
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static long pid(Path partial) {
    Matcher pid = PID.matcher(partial.toString());
    assertThat(pid.find()).isTrue();
    return Long.parseLong(pid.group(1));
  }

  private static Path restoreWithCriu(Path partial) throws Exception {
    Path log = partial.resolve("dump/restore.log");
    RunningProcess criu = startCriu(partial);
    for (int i = 1; !criu.isAlive() && i < ATTEMPTS && isDisturbed(log); i++) {
      criu = startCriu(partial);
    }
    assertThat(criu.isAlive()).as("CRIU restores: %s", tail(log)).isTrue();
    Path folder = BENCH.newFolder("criu");
    snapshot(
        new Command(BENCH, folder)
            .as(User.ROOT)
            .add(BENCH.program("snapshot"), "stopped", folder, pid(partial)));
    RunningProcess.signal("KILL", pid(partial));
    criu.awaitExit();
    return folder;
  }

  /**
   * Starts CRIU, which restores the process and waits for its end, or fails. It runs as the
   * ordinary user. Root without SYS_RESOURCE, as in a container, can't set all limits, and CRIU
   * leaves them alone only if it has no privileges.
   */
  private static RunningProcess startCriu(Path partial) throws Exception {
    Path dump = partial.resolve("dump");
    Path log = dump.resolve("restore.log");
    long pid = pid(partial);
    Path folder = ProcFile.of(pid, "");
    Await.until(RunningProcess.LIMIT, "process id " + pid, () -> Files.notExists(folder));
    Files.deleteIfExists(log);
    String user = Files.getOwner(partial).getName();
    RunningProcess criu =
        new Command(BENCH, partial.getParent())
            .as(User.ROOT)
            .add("setpriv", "--reuid", user, "--regid", user, "--init-groups")
            .add("--inh-caps", CAPABILITIES, "--ambient-caps", CAPABILITIES, "--")
            .add(
                "env",
                "LD_LIBRARY_PATH=" + Engine.LIBRARIES,
                Engine.PROGRAM,
                "restore",
                "--no-default-config",
                "--unprivileged")
            .add("--images-dir", dump, "--log-file", "restore.log", "-v4")
            .add("--shell-job", "--tcp-close", "--file-locks", "--ghost-limit", "1G")
            // CRIU does not detach: a stopped process that loses its parent gets SIGHUP and
            // SIGCONT.
            .add("--manage-cgroups=ignore", "--leave-stopped")
            .start("criu");
    Await.until(
        RunningProcess.LIMIT,
        "CRIU's process",
        () -> !criu.isAlive() || isRestored(log, pid),
        criu::describe);
    return criu;
  }

  /**
   * Returns whether another JVM has disturbed the restore. A JVM of the same user that starts
   * meanwhile removes the file that CRIU has put into the folder of perf data for a moment.
   */
  private static boolean isDisturbed(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .anyMatch(line -> line.contains("Error") && line.contains("/hsperfdata_"));
  }

  private static boolean isRestored(Path log, long pid) throws IOException {
    return Files.readString(log).contains("Restore finished successfully")
        && RunningProcess.status(pid, "State").startsWith("T");
  }

  private static String tail(Path log) throws IOException {
    String all = Files.exists(log) ? Files.readString(log) : "no log";
    return all.substring(Math.max(0, all.length() - 3000));
  }

  private static Path restore(Path partial) throws Exception {
    Path folder = BENCH.newFolder("restored");
    snapshot(
        new Command(BENCH, partial.getParent())
            .add(BENCH.program("snapshot"), "run", folder)
            .add(BENCH.restorer(), "--image", partial.resolve("image"), "--"));
    return folder;
  }

  private static void snapshot(Command command) throws Exception {
    RunningProcess process = command.run("snapshot");
    assertThat(process.process().exitValue()).as(process.describe()).isZero();
  }
}
