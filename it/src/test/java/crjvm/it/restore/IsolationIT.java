package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The agent's libraries never meet those of the application, which has other versions of the same
 * libraries.
 */
@BesideOthers
@Tag("core")
class IsolationIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  @OnEachJdk
  void applicationSeesItsOwnVersionsBeforeAndAfterTheRestore(Jdk jdk) throws Exception {
    String classPath =
        String.join(
            ":",
            BENCH.application().toString(),
            BENCH.library("byte-buddy").toString(),
            BENCH.library("jna").toString(),
            BENCH.library("commons-io").toString());
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    String port = Integer.toString(jvm.port());
    jvm.main("-cp", classPath, "crjvm.it.app.LibrariesApplication", port);
    RunningProcess original =
        jvm.start("at=http:" + jvm.url() + ",warmup=" + jvm.url() + "*20,then=continue");
    original.awaitError("image ready: ");
    assertOwnVersions(jvm.port(), original);
    assertThat(original.terminate()).isEqualTo(143);

    RunningProcess restored = new Checkpoint(BENCH, jvm, original).restore();
    assertOwnVersions(jvm.port(), restored);
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static void assertOwnVersions(int port, RunningProcess process) throws Exception {
    List<String> lines = Http.ask(port, "/").lines().toList();
    assertThat(lines)
        .containsExactly(
            "Byte Buddy byte-buddy-" + version("byte-buddy") + ".jar generated",
            "JNA jna-" + version("jna") + ".jar " + version("jna") + " " + process.pid(),
            "Commons IO commons-io-" + version("commons-io") + ".jar 3");
  }

  private static String version(String library) {
    return System.getProperty("crjvm.it.other." + library);
  }
}
