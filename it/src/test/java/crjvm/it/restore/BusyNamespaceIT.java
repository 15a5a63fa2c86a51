package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Restores follow each other in a PID namespace where others fork all the time. The ids of the
 * checkpoint are then taken, or belong to other threads of the same process.
 */
@Tag("variant")
class BusyNamespaceIT {
  private static final int RESTORES = 500;
  private static final Duration LIMIT = Duration.ofMinutes(12);
  private static final int FIRST_ID = 300;
  private static final String MAIN = "crjvm.it.app.SelfCheckingApplication";
  private static final Pattern RIGHT = Pattern.compile("right (\\d+)");
  private static final Pattern ENDED = Pattern.compile("run (\\d+): (\\d+) ended with 42");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** Runs a command in a namespace whose process ids begin at the same number again and again. */
  private static Command inNamespace(Command command, String script) {
    String ids = "echo " + FIRST_ID + " >/proc/sys/kernel/ns_last_pid";
    return command.wrappedIn(
        "unshare",
        "--pid",
        "--fork",
        "--mount-proc",
        "sh",
        "-c",
        ids + "; " + script.replace("IDS", ids) + "\"$@\"; exit $?",
        "sh");
  }

  @Test
  void everyRestoreIsRight() throws Exception {
    Requirement.need(User.isRoot(), "only root can make a PID namespace");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    jvm.main("-cp", BENCH.application().toString(), MAIN);
    Command java = jvm.command("image=" + jvm.image() + ",at=method:" + MAIN + "#ready");
    Checkpoint checkpoint = jvm.checkpoint(inNamespace(java, "").start("checkpoint"));

    Command restores =
        new Command(BENCH, jvm.folder())
            .add(BENCH.program("crowd"), RESTORES)
            .add(checkpoint.command("--no-fallback").words());
    RunningProcess crowd =
        inNamespace(restores, "while :; do IDS; sleep 0.1; done & ").start("restores");
    Await.until(LIMIT, RESTORES + " restores", () -> !crowd.isAlive(), crowd::describe);
    assertThat(crowd.awaitExit()).as(crowd::describe).isZero();

    assertThat(crowd.stderr()).isEmpty();
    List<String> lines = crowd.stdout().lines().toList();
    assertThat(lines).hasSize(2 * RESTORES);
    for (int i = 0; i < RESTORES; i++) {
      Matcher right = RIGHT.matcher(lines.get(2 * i));
      Matcher ended = ENDED.matcher(lines.get(2 * i + 1));
      assertThat(right.matches()).as(lines.get(2 * i)).isTrue();
      assertThat(ended.matches()).as(lines.get(2 * i + 1)).isTrue();
      assertThat(ended.group(1)).isEqualTo(Integer.toString(i + 1));
      assertThat(right.group(1)).isEqualTo(ended.group(2));
    }
  }
}
