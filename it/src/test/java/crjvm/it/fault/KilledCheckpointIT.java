package crjvm.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Engine;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Leftovers;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * SIGKILL arrives at random moments of a checkpoint. The application goes on with its state, unless
 * the signal was for it. No process goes on working for nothing, and the next checkpoint removes
 * what is left beside the image.
 */
@Tag("fault")
class KilledCheckpointIT {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /**
   * The exit statuses of a JVM that had a thread in CRIU's code when CRIU was killed (the helper
   * becomes CRIU): SIGTRAP or SIGSEGV. All signals are blocked there, so HotSpot's handler does not
   * run; for a fault of its own it would make 134.
   */
  private static final List<Integer> LEFT_IN_CRIU = List.of(133, 139);

  private static final FaultTable TABLE = new FaultTable("SIGKILL during a checkpoint");

  /** The most that any dump has written so far. No dump is killed before one is known. */
  private static long longest;

  private static TestJvm jvm;
  private static RunningProcess process;
  private static int count;

  @AfterAll
  static void conclude() throws Exception {
    TABLE.conclude(BENCH.log("table.md"));
  }

  /** Drops the application of an earlier test, which has been killed. */
  @BeforeEach
  void forgetApplication() {
    process = null;
  }

  /** Makes sure that an application answers, and starts a new one if there is none any more. */
  private static void needApplication() throws Exception {
    if (process != null && process.isAlive()) {
      return;
    }
    if (jvm == null) {
      jvm = new TestJvm(BENCH, Jdk.any());
    }
    process = jvm.start("quiet=off,train=off,at=api,then=continue");
    Http.awaitAnswer(process, jvm.port(), "/");
    count = 0;
  }

  private static int ends() {
    return process.stdout().split("back from its checkpoint|no checkpoint:", -1).length - 1;
  }

  /** The moment to kill a process that is there. It returns the moment in words. */
  private interface Moment {
    String await(ProcessHandle victim) throws Exception;
  }

  /** Returns a random moment after the process was seen. */
  private static Moment time(int longestMs) {
    return victim -> {
      int moment = TABLE.random().nextInt(longestMs * 1000);
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(moment));
      return moment + " us";
    };
  }

  /** Returns the moment when a certain part of a dump is there, however slow the machine is. */
  private static Moment progress() {
    return victim -> {
      Path dump = jvm.folder().resolve(".image." + process.pid() + ".partial/dump");
      long wanted = longest == 0 ? Long.MAX_VALUE : (long) (longest * TABLE.random().nextDouble());
      long now = 0;
      while (now < wanted && victim.isAlive() && !ProcFile.commandLine(victim.pid()).isEmpty()) {
        now = Math.max(now, size(dump));
        longest = Math.max(longest, now);
      }
      return now + " bytes";
    };
  }

  /**
   * Returns the size of a dump. A file counts as a page, because at first there are many small
   * ones.
   */
  private static long size(Path folder) {
    File[] files = folder.toFile().listFiles();
    return files == null ? 0 : Stream.of(files).mapToLong(file -> file.length() + 4096).sum();
  }

  /** Kills a process at a moment after it has appeared. */
  private static void kill(String who, Moment moment, String... parts) throws Exception {
    needApplication();
    int ends = ends();
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo(Integer.toString(++count));
    jvm.askForCheckpoint();
    Optional<ProcessHandle> victim = Optional.empty();
    for (long end = System.nanoTime() + LIMIT.toNanos();
        victim.isEmpty() && ends() == ends && System.nanoTime() < end; ) {
      victim = Leftovers.process(parts);
    }
    String when = victim.isPresent() ? moment.await(victim.get()) : "its end";
    boolean isKilled = victim.isPresent() && victim.get().destroyForcibly();
    if (isKilled && victim.get().pid() == process.pid()) {
      process.awaitExit(); // It may have had its checkpoint, and die a moment later.
    }
    judge(who, isKilled, ends, who + " after " + when);
  }

  private static void judge(String who, boolean isKilled, int ends, String when) throws Exception {
    try {
      Await.until(LIMIT, "the end", () -> !process.isAlive() || ends() > ends, process::describe);
    } catch (AssertionError e) {
      TABLE.wrong(who, "a hang", when + "\n" + process.describe());
      process.kill();
      process.awaitExit();
      return;
    }
    if (!process.isAlive()) {
      judgeEnded(who, when);
      return;
    }
    boolean isDone = process.stdout().strip().endsWith("back from its checkpoint");
    String answer;
    try {
      answer = Http.ask(jvm.port(), "/count");
    } catch (IOException e) {
      process.awaitExit(); // A thread that was left in CRIU's code may get a processor only now.
      judgeEnded(who, when);
      return;
    }
    List<String> left = Leftovers.of(process.pid(), jvm.image());
    if (!answer.equals(Integer.toString(++count))) {
      TABLE.wrong(who, "another state", when + ": " + answer + " instead of " + count);
    } else if (!left.isEmpty()) {
      TABLE.wrong(who, "leftovers", when + ": " + left + "\n" + process.describe());
    } else if (isDone && !Files.exists(jvm.image().resolve("manifest"))) {
      TABLE.wrong(who, "no image", when + "\n" + process.describe());
    } else {
      String end = isDone ? "image made" : "checkpoint failed";
      TABLE.right(who, end + ", application answers" + (isKilled ? "" : " (had ended by itself)"));
    }
  }

  private static void judgeEnded(String who, String when) throws Exception {
    int status = process.awaitExit();
    List<String> left =
        Leftovers.of(process.pid(), jvm.image()).stream()
            // No process is there to remove such a folder.
            .filter(name -> !name.endsWith(".partial"))
            .toList();
    if (!left.isEmpty()) {
      TABLE.wrong(who, "leftovers", when + ": " + left);
    } else if (who.equals("JVM") && status == 137) {
      TABLE.right(who, "JVM ended with 137, as it was killed");
    } else if (List.of("criu", "helper").contains(who) && LEFT_IN_CRIU.contains(status)) {
      TABLE.right(who, "JVM ended with " + status + " (a limit, see docs/faults.md)");
      System.out.println(when + ": " + status);
    } else {
      TABLE.wrong(who, "JVM ended with " + status, when + "\n" + process.describe());
    }
  }

  @Test
  void criu() throws Exception {
    for (int i = 0; i < FaultTable.runs(50, 12); i++) {
      needApplication();
      kill("criu", progress(), Engine.DUMP, " --tree " + process.pid() + " ");
    }
  }

  @Test
  void helper() throws Exception {
    for (int i = 0; i < FaultTable.runs(50, 8); i++) {
      needApplication();
      kill("helper", time(300), "crjvm-helper --pid " + process.pid() + " ");
    }
  }

  @Test
  void compiler() throws Exception {
    for (int i = 0; i < FaultTable.runs(50, 5); i++) {
      needApplication();
      kill("compiler", time(1500), "crjvm.Main compile", "." + process.pid() + ".partial");
    }
  }

  @Test
  void jvm() throws Exception {
    for (int i = 0; i < FaultTable.runs(50, 5); i++) {
      needApplication();
      kill("JVM", time(3000), " --port " + jvm.port() + " ");
    }
    // After the next checkpoint, nothing of the killed ones stays beside the image.
    needApplication();
    int ends = ends();
    jvm.askForCheckpoint();
    Await.until(LIMIT, "a checkpoint", () -> ends() > ends, process::describe);
    Http.ask(jvm.port(), "/");
    assertThat(Leftovers.of(process.pid(), jvm.image())).as(process::describe).isEmpty();
    try (var files = Files.list(jvm.folder())) {
      assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("image");
    }
  }
}
