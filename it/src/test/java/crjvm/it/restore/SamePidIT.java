package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code --pid=same} restores the process and thread ids of the checkpoint, or one line says why
 * not.
 */
@Tag("variant")
class SamePidIT {
  private static final int UNUSABLE = 124;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** The threads of the JVM that made the image. */
  private static final Map<Jdk, Map<String, String>> THREADS = new HashMap<>();

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk -> {
            TestJvm jvm = new TestJvm(BENCH, jdk);
            RunningProcess original =
                jvm.start("at=http:" + jvm.url() + ",warmup=" + jvm.url() + "*20,then=continue");
            original.awaitError("image ready: ");
            THREADS.put(jdk, threads(original.pid()));
            assertThat(original.terminate()).isEqualTo(143);
            return new Checkpoint(BENCH, jvm, original);
          });

  /** Returns a command that runs in new namespaces, which needs no privilege. */
  private static Command inNamespaces(Command command) {
    return new Command(BENCH, command.folder())
        .add("unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc")
        .add(command.words());
  }

  /**
   * Returns the names that only one thread has, each with the thread's id in the innermost
   * namespace.
   */
  private static Map<String, String> threads(long pid) throws IOException {
    Map<String, String> threads = new TreeMap<>();
    for (String thread : ProcFile.ofThreads(pid, "status")) {
      String[] ids = field(thread, "NSpid").split("\\s+");
      threads.merge(field(thread, "Name"), ids[ids.length - 1], (one, other) -> "several");
    }
    threads.values().remove("several");
    return threads;
  }

  private static String field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  /**
   * Returns the application: unshare's child waits, and the application is the child of that child.
   */
  private static ProcessHandle waiting(RunningProcess unshare) {
    return unshare.process().children().findFirst().orElseThrow();
  }

  private static ProcessHandle application(RunningProcess unshare) {
    return waiting(unshare).children().findFirst().orElseThrow();
  }

  private static RunningProcess start(Checkpoint checkpoint) throws IOException {
    return checkpoint.await(
        inNamespaces(checkpoint.command("--no-fallback", "--pid=same")).start("restore"));
  }

  @OnEachJdk
  @Tag("core")
  void idsAreThoseOfTheCheckpoint(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess unshare = start(checkpoint);
    assertThat(checkpoint.askLines("/pid")).containsOnly(Long.toString(checkpoint.process().pid()));
    Map<String, String> before = THREADS.get(jdk);
    Map<String, String> now = threads(application(unshare).pid());
    before.keySet().retainAll(now.keySet());
    assertThat(before).hasSizeGreaterThan(8);
    assertThat(now).containsAllEntriesOf(before);
    waiting(unshare).destroy();
    assertThat(unshare.awaitExit()).as(unshare::describe).isEqualTo(143);
    assertThat(unshare.stdout()).isEqualTo("test application: stopped\n");
    assertThat(unshare.stderr()).isEmpty();
  }

  @Test
  void statusIsTheApplications() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess unshare = start(checkpoint);
    checkpoint.ask("/exit?status=7");
    assertThat(unshare.awaitExit()).as(unshare::describe).isEqualTo(7);

    RunningProcess killed = start(checkpoint);
    ProcessHandle application = application(killed);
    waiting(killed).destroyForcibly();
    assertThat(killed.awaitExit()).as(killed::describe).isEqualTo(137);
    assertThat(application.isAlive()).isFalse();
  }

  @Test
  void sameIdsInTwoNamespacesAtOnce() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    String old = Long.toString(checkpoint.process().pid());
    RunningProcess first = start(checkpoint);
    int port = FreePort.find();
    String listen = checkpoint.port() + "=" + port;
    RunningProcess second =
        inNamespaces(checkpoint.command("--no-fallback", "--pid=same", "--listen", listen))
            .start("second");
    Http.awaitAnswer(second, port, "/");
    assertThat(checkpoint.askLines("/pid")).containsOnly(old);
    assertThat(Http.ask(port, "/pid").lines()).containsOnly(old);
    assertThat(checkpoint.ask("/count")).isEqualTo("1");
    assertThat(Http.ask(port, "/count")).isEqualTo("1");
    waiting(first).destroy();
    assertThat(first.awaitExit()).as(first::describe).isEqualTo(143);
    assertThat(Http.ask(port, "/count")).isEqualTo("2");
    waiting(second).destroy();
    assertThat(second.awaitExit()).as(second::describe).isEqualTo(143);
    assertThat(RestoredProcessIT.leftBehind(old)).isEmpty();
  }

  @Test
  void withoutTheRightItIsRefusedOrStartsNormally() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    long old = checkpoint.process().pid();
    RunningProcess refused = checkpoint.command("--no-fallback", "--pid=same").run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
    assertThat(refused.stderr().lines()).hasSize(1);
    assertThat(refused.stderr())
        .contains("the process id " + old + " can't be chosen without CAP_CHECKPOINT_RESTORE");

    RunningProcess normal = checkpoint.await(checkpoint.command("--pid=same").start("normal"));
    assertThat(normal.messages()).hasSize(1);
    assertThat(normal.stderr()).contains("starting the application normally");
    assertThat(checkpoint.askLines("/pid")).containsOnly(Long.toString(normal.pid()));
    assertThat(normal.terminate()).isEqualTo(143);
  }

  /** Starts a second copy in the same namespace, where the first copy has the id. */
  @Test
  void takenIdIsRefusedByName() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    String script =
        "\"$@\" & while [ ! -e go ]; do sleep 0.1; done; \"$@\" --listen OLD=0; exit $?";
    Path folder = BENCH.newFolder("go");
    Command twice =
        new Command(BENCH, folder)
            .add("sh", "-c", script.replace("OLD", "" + checkpoint.port()), "sh")
            .add(checkpoint.command("--no-fallback", "--pid=same").words());
    RunningProcess unshare = checkpoint.await(inNamespaces(twice).start("twice"));
    Files.createFile(folder.resolve("go"));
    assertThat(unshare.awaitExit()).as(unshare::describe).isEqualTo(UNUSABLE);
    assertThat(unshare.stderr().lines()).as(unshare::describe).hasSize(1);
    assertThat(unshare.stderr())
        .contains(
            "the process or thread id " + checkpoint.process().pid() + " is taken by \"java\"");
  }

  /**
   * Shows that the capability alone is enough, but that the living original in the same namespace
   * has the id.
   */
  @Test
  void withTheCapabilityTheLivingOriginalIsInTheWay() throws Exception {
    Requirement.need(User.isRoot(), "only root can hand on a capability");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess original = jvm.start("at=http:" + jvm.url() + ",then=continue");
    original.awaitError("image ready: ");
    Checkpoint checkpoint = new Checkpoint(BENCH, jvm, original);
    List<String> capability =
        List.of("--inh-caps", "+checkpoint_restore", "--ambient-caps", "+checkpoint_restore");
    RunningProcess refused =
        new Command(BENCH, jvm.folder())
            .add("setpriv", "--reuid", User.ORDINARY.number("-u"), "--clear-groups", capability)
            .add(checkpoint.command("--no-fallback", "--pid=same", "--listen").words())
            .add(jvm.port() + "=0")
            .as(User.ROOT)
            .run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
    assertThat(refused.stderr())
        .contains("the process or thread id " + original.pid() + " is taken by \"java\"");
    assertThat(Http.ask(jvm.port(), "/")).isEqualTo("ok");
    assertThat(original.terminate()).isEqualTo(143);
  }
}
