package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Images that are made in a PID namespace which was entered from outside, as docker exec and CI do.
 */
@Tag("variant")
class PidNamespaceIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /**
   * Runs a command in a new PID namespace. The shell stays process 1, and its session is the
   * outside one.
   */
  private static Command enter(Command command, String script) {
    return command.wrappedIn(
        "unshare", "--pid", "--fork", "--mount-proc", "bash", "-c", script, "bash");
  }

  @OnEachJdk
  void sessionOfTheOutside(Jdk jdk) throws Exception {
    Requirement.need(User.isRoot(), "only root can make a PID namespace");
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Command java = jvm.command("image=" + jvm.image() + ",at=http:" + jvm.url());
    Checkpoint checkpoint = jvm.checkpoint(enter(java, "\"$@\"; exit $?").start("checkpoint"));
    RunningProcess restored = checkpoint.restore();
    assertThat(Http.ask(jvm.port(), "/")).isEqualTo("ok");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  void groupLeaderInASessionOfTheOutside(Jdk jdk) throws Exception {
    Requirement.need(User.isRoot(), "only root can make a PID namespace");
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Command java = jvm.command("image=" + jvm.image() + ",at=http:" + jvm.url());
    RunningProcess process = enter(java, "set -m; \"$@\"; exit $?").start("checkpoint");
    process.awaitError("checkpoint failed: the JVM's session was begun outside");
    assertThat(Http.ask(jvm.port(), "/")).isEqualTo("ok");
    assertThat(jvm.image()).doesNotExist();
    process.kill();
  }
}
