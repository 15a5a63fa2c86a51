package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.MountNamespace;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Containers that share /tmp. A JVM that starts in one PID namespace removes the counters
 * (/tmp/hsperfdata_USER/PID) of processes that it can't see there, unless they are locked. The test
 * uses a folder of its own, because such a JVM would remove the counters of other tests' JVMs
 * otherwise.
 */
@Tag("variant")
class CountersIT {
  /** A process id that is higher than any kernel's. Its counters belong to nobody. */
  private static final String NOBODY = "4194305";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = BENCH.newFolder("counters");
  }

  @OnEachJdk
  void countersOfARestoredProcessStay(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Checkpoint checkpoint = jvm.checkpoint();
    assertStays(jdk, checkpoint.await(sharing(checkpoint.command("--no-fallback")).start("copy")));
  }

  @OnEachJdk
  void countersOfAnOriginalThatGoesOnStay(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    RunningProcess original =
        sharing(jvm.command("image=" + jvm.image() + ",then=continue,at=http:" + jvm.url()))
            .start("original");
    original.awaitError("crjvm: image ready: ");
    assertStays(jdk, original);
  }

  /** Uses a process whose counters were ordinary memory in the dump. */
  @OnEachJdk
  void countersOfARestoredProcessFromAUserNamespaceStay(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Command command =
        new Command(BENCH, jvm.folder())
            .add(BENCH.launcher(), "checkpoint", "--image", jvm.image())
            .add("--at", "http:" + jvm.url(), "--", jvm.plainCommand().words());
    Checkpoint checkpoint = jvm.checkpoint(command.start("checkpoint"));
    assertStays(jdk, checkpoint.await(sharing(checkpoint.command("--no-fallback")).start("copy")));
  }

  /**
   * Returns a command that runs in a mount namespace where the test's folder is the user's folder
   * of counters.
   */
  private Command sharing(Command command, String more) {
    Requirement.need(User.isRoot(), "only root can make a mount namespace");
    String user = User.ORDINARY.name();
    String script = "[ -d %1$s ] || install -d -o %2$s %1$s; mount --bind %3$s %1$s; %4$s";
    return MountNamespace.of(
        command, script.formatted("/tmp/hsperfdata_" + user, user, folder, more));
  }

  private Command sharing(Command command) {
    return sharing(command, ":");
  }

  private void assertStays(Jdk jdk, RunningProcess process) throws Exception {
    User.ORDINARY.own(Files.createFile(folder.resolve(NOBODY)));
    String pid = Long.toString(process.pid());
    assertThat(files()).containsExactlyInAnyOrder(pid, NOBODY);

    Command java = new Command(BENCH, folder).add(jdk.java(), "-version");
    RunningProcess elsewhere =
        sharing(java, "set -- unshare --pid --fork --mount-proc \"$@\"").run("elsewhere");
    assertThat(elsewhere.awaitExit()).as(elsewhere::describe).isZero();
    assertThat(files()).containsExactly(pid);
    assertThat(process.terminate()).isEqualTo(143);
    assertThat(files()).isEmpty();
  }

  private Set<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
