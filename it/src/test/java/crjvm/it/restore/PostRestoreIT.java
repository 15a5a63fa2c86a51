package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * After the point of no return there is no normal start any more. A timer ends a restore that does
 * not come to its end, with the reason and status 123. The timer is gone once the application runs.
 */
@BesideOthers
@Tag("variant")
class PostRestoreIT {
  private static final int FAILED = 123;
  private static final int HIGHEST_SIGNAL = 64;

  /** The limit, which is enough for the agent to begin its work on a busy machine. */
  private static final int LIMIT_S = 10;

  /** A time that is longer than the limit. It does not count while the process is stopped. */
  private static final Duration STOPPED = Duration.ofSeconds(LIMIT_S + 1);

  private static final String REMEDY = "; start the application without the image\n";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk -> {
            TestJvm jvm = new TestJvm(BENCH, jdk);
            return jvm.checkpoint("quiet=off,train=off,at=http:" + jvm.url());
          });

  /**
   * Uses a pipe in the place of a locale's file. The C library looks for the locale that the
   * environment asks for, and waits for ever at the pipe, as it would at a file of a server that is
   * gone.
   */
  @OnEachJdk
  @Tag("core")
  void workThatDoesNotEnd(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Path locales = BENCH.newFolder("locales");
    makePipes(locales);
    RunningProcess process = restore(checkpoint, locales, LIMIT_S);
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(FAILED);
    assertThat(process.stderr())
        .isEqualTo(
            "crjvm: restore failed: the agent's work was not done within "
                + LIMIT_S
                + " s"
                + REMEDY);
    assertThat(process.stdout()).isEmpty();
  }

  private static void makePipes(Path locales) throws Exception {
    Path locale = Files.createDirectory(locales.resolve("xx_XX"));
    for (String part : List.of("LC_IDENTIFICATION", "LC_CTYPE", "LC_MESSAGES")) {
      Workbench.makePipe(locale.resolve(part), "rw-rw-rw-");
    }
  }

  private static RunningProcess restore(Checkpoint checkpoint, Path locales, int limit)
      throws IOException {
    // The variables are only for the shell and the restored process: other programs would look for
    // the locale, too.
    String environment = "LOCPATH=\"$1\" LC_ALL=xx_XX; export LOCPATH LC_ALL; shift; exec \"$@\"";
    return new Command(BENCH, checkpoint.jvm().folder())
        .add("sh", "-c", environment, "sh", locales)
        .add(checkpoint.command("--no-fallback", "--time-limit", limit).words())
        .start("restore");
  }

  /**
   * Stops a process in the middle of the agent's work. The timer counts ticks, so that the stopped
   * process has not used up its time.
   */
  @Test
  void stoppedProcessGoesOn() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path locales = BENCH.newFolder("locales");
    makePipes(locales);
    RunningProcess process = restore(checkpoint, locales, LIMIT_S);
    Await.until(
        RunningProcess.LIMIT,
        "work that waits at a pipe",
        () -> !process.isAlive() || ProcFile.isOpening(process.pid(), locales.toString()),
        process::describe);
    process.signal("STOP");
    Await.assertLasts(STOPPED, "the stopped process", process::isAlive, process::describe);
    Workbench.delete(locales.resolve("xx_XX")); // The process looks again when it goes on.
    process.signal("CONT");
    checkpoint.await(process);
    assertThat(process.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  void nothingOfTheTimerStays(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess process = checkpoint.restore();
    // The application answers as soon as the gate is open. The timer goes right after that.
    Await.until(
        RunningProcess.LIMIT,
        "a process without the timer",
        () -> Files.readString(ProcFile.of(process.pid(), "timers")).isEmpty() && !catches(process),
        process::describe);
    assertThat(isPending(process)).as("the signal of the timer is under way").isFalse();
    assertThat(checkpoint.ask("/")).isEqualTo("ok");
    assertThat(process.stderr()).isEmpty();
    assertThat(process.terminate()).isEqualTo(143);
  }

  private static boolean catches(RunningProcess process) throws IOException {
    return hasTimersSignal(process, "SigCgt");
  }

  private static boolean isPending(RunningProcess process) throws IOException {
    return hasTimersSignal(process, "SigPnd") || hasTimersSignal(process, "ShdPnd");
  }

  private static boolean hasTimersSignal(RunningProcess process, String set) throws IOException {
    return Long.parseUnsignedLong(process.status(set), 16) >>> (HIGHEST_SIGNAL - 1) != 0;
  }

  @Test
  @Tag("core")
  void limitThatIsNone() throws Exception {
    RunningProcess process = IMAGE.of(Jdk.any()).command("--time-limit", "soon").run("restore");
    assertThat(process.awaitExit()).isEqualTo(125);
    assertThat(process.stderr())
        .startsWith("crjvm: cannot restore: --time-limit takes seconds, 1 to 3600, not \"soon\"; ");
  }
}
