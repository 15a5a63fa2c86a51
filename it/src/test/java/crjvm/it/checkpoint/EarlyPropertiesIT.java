package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.EarlyPropertiesApplication;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The agent uses nothing of the JDK before {@code main} that settles what the application may still
 * choose there.
 */
@BesideOthers
@Tag("core")
class EarlyPropertiesIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static TestJvm jvm(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    return jvm.main(
        "-cp", BENCH.application().toString(), EarlyPropertiesApplication.class.getName());
  }

  private static void expectEffects(TestJvm jvm, Checkpoint checkpoint) throws Exception {
    String normal = answer(jvm, checkpoint.command("--no-restore").start("normal"));
    assertThat(normal).startsWith("Manager 7 Asia/Tokyo ");
    assertThat(answer(jvm, checkpoint.command("--no-fallback").start("copy"))).isEqualTo(normal);
  }

  private static String answer(TestJvm jvm, RunningProcess process) throws Exception {
    Http.awaitAnswer(process, jvm.port(), "/");
    String answer = Http.ask(jvm.port(), "/");
    assertThat(process.terminate()).as(process::describe).isEqualTo(143);
    return answer;
  }

  @OnEachJdk
  void mainIsInTime_WhenTheAgentWaits(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk);
    expectEffects(jvm, jvm.checkpoint("quiet=off,at=http:" + jvm.url()));
  }

  @OnEachJdk
  void mainIsInTime_WhenTheImageIsOlderThanIt(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk);
    expectEffects(jvm, jvm.checkpoint("at=main"));
  }
}
