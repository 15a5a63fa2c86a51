package crjvm.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Leftovers;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * SIGKILL arrives at random moments of a start from an image. The one process ends, nothing of it
 * is left, and the next start is right.
 */
@Tag("fault")
class KilledRestoreIT {
  /**
   * The phases of a start are the shell, the restorer, the agent's waking, and the application
   * itself.
   */
  private static final int LAUNCHER_US = 4_000;

  private static final int RESTORE_US = 60_000;
  private static final int KILLED = 137;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final FaultTable TABLE = new FaultTable("SIGKILL during a start");

  private static SelfCheckedImage image;

  @BeforeAll
  static void makeImage() throws Exception {
    image = new SelfCheckedImage(BENCH);
  }

  @AfterAll
  static void conclude() throws Exception {
    TABLE.conclude(BENCH.log("table.md"));
  }

  private static void kill(String who, int longestUs) throws Exception {
    int moment = TABLE.random().nextInt(longestUs);
    RunningProcess process = image.command().start("killed");
    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(moment));
    String line = ProcFile.commandLine(process.pid());
    process.process().destroyForcibly();
    int status = process.awaitExit();
    String when = who + " after " + moment + " us, " + line + "\n" + process.describe();
    if (status != KILLED && !(status == 42 && image.isRight(process))) {
      TABLE.wrong(who, "ended with " + status, when);
    } else if (Leftovers.process(image.path().toString()).isPresent()) {
      TABLE.wrong(who, "a process is left", when);
    } else {
      TABLE.right(who, status == KILLED ? "ended, nothing left" : "had ended by itself");
    }
    try (Stream<Path> files = Files.list(image.folder())) {
      assertThat(files).as(when).containsExactly(image.path());
    }
  }

  @Test
  void launcherAndRestorer() throws Exception {
    for (int i = 0; i < FaultTable.runs(50, 15); i++) {
      kill("launcher, restorer", LAUNCHER_US);
      kill("restorer, JVM", RESTORE_US);
      if (i % 5 == 0) {
        RunningProcess next = image.command().run("next");
        assertThat(image.isRight(next)).as(next::describe).isTrue();
      }
    }
    assertThat(image.verifies()).isTrue();
  }
}
