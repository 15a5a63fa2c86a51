package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code crjvm checkpoint -- java …} makes images without the helper and without any privilege. */
@Tag("core")
class NamespaceCheckpointIT {
  private static final String NONE = "0000000000000000";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /**
   * Returns a command under which no file capability has an effect: neither the helper's nor any
   * other.
   */
  private static Command checkpoint(TestJvm jvm, String... options) {
    List<Object> java = new ArrayList<>(List.of(jvm.jdk().java()));
    java.addAll(List.of("-Xmx96m", "-jar", BENCH.application()));
    java.addAll(List.of("--port", Integer.toString(jvm.port())));
    return new Command(BENCH, jvm.folder())
        .add("setpriv", "--no-new-privs", "--", BENCH.launcher(), "checkpoint")
        .add("--image", "image", "--at", "http:" + jvm.url())
        .add(List.of(options))
        .add("--", java);
  }

  @OnEachJdk
  void imageIsAnOrdinaryOne(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Command command = checkpoint(jvm, "--warmup", jvm.url() + "count*20");
    Checkpoint checkpoint = jvm.checkpoint(command.start("checkpoint"));
    assertThat(jvm.folder()).isDirectoryContaining(file -> file.endsWith("image"));

    RunningProcess restored = checkpoint.restore();
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(checkpoint.askLines("/pid")).containsOnly(Long.toString(restored.pid()));
    for (String namespace : List.of("user", "pid", "mnt")) {
      assertThat(Files.readSymbolicLink(ProcFile.of(restored.pid(), "ns/" + namespace)))
          .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/" + namespace)));
    }
    assertThat(jps(jdk)).contains(Long.toString(restored.pid()));
    assertThat(restored.terminate()).isEqualTo(143);
    assertThat(restored.stdout()).contains("test application: stopped");
    assertThat(jps(jdk)).doesNotContain(Long.toString(restored.pid()));
  }

  private static List<String> jps(Jdk jdk) throws Exception {
    Command jps = new Command(BENCH, BENCH.newFolder("jps")).add(jdk.home().resolve("bin/jps"));
    return jps.add("-q").run("jps").stdout().lines().toList();
  }

  @Test
  void nobodyButTheParentHoldsACapability() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess parent = checkpoint(jvm, "--then", "continue").start("checkpoint");
    parent.awaitError("image ready");
    long java = parent.process().children().toList().get(0).pid();
    for (String set : List.of("CapPrm", "CapEff", "CapInh", "CapAmb", "CapBnd")) {
      assertThat(RunningProcess.status(java, set)).as(set).isEqualTo(NONE);
    }
    assertThat(parent.status("CapPrm")).isEqualTo("0000010000000000");
    assertThat(parent.status("CapEff")).isEqualTo(NONE);
    assertThat(parent.terminate()).isEqualTo(143);
    assertThat(parent.stdout()).contains("test application: stopped");
  }

  @Test
  void streamsAndExitStatusPassThrough() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess parent = checkpoint(jvm, "--then", "continue").start("checkpoint");
    parent.awaitError("image ready");
    Http.ask(jvm.port(), "/print?text=through");
    assertThat(parent.stdout()).contains("out:through");
    assertThat(parent.stderr()).contains("err:through");
    Http.ask(jvm.port(), "/exit?status=42");
    assertThat(parent.awaitExit()).isEqualTo(42);
  }

  /**
   * Uses the user nobody, whose number every unknown user has inside a user namespace. The
   * service's name is not a secret: /proc/net/unix has it.
   */
  @Test
  void serviceOfNobodyAnswersNoOtherUser() throws Exception {
    Requirement.need(User.isRoot(), "only root can become another user");
    assertThat(User.OTHER.number("-u")).isEqualTo("65534");
    Path program = BENCH.product().resolve("libexec/crjvm-checkpoint");
    RunningProcess service =
        new Command(BENCH, Path.of("/"))
            .add(program, "--run", "sleep", "1000")
            .as(User.OTHER)
            .start("service");
    String contact = contact(service);
    String name = contact.replaceFirst("\\..*", "");
    assertThat(Files.readString(Path.of("/proc/net/unix"))).contains("@" + name + "\n");

    assertThat(ask(program, contact, User.OTHER).stderr()).doesNotContain("did not answer");
    for (String known : List.of(name, name + ".", name + ".0")) {
      RunningProcess refused = ask(program, known, User.ORDINARY);
      assertThat(refused.awaitExit()).isEqualTo(1);
      assertThat(refused.stderr()).contains("the checkpoint service did not answer");
    }
    assertThat(service.terminate()).isEqualTo(143);
  }

  /** Returns the address of the service, as the process that it runs gets it. */
  private static String contact(RunningProcess service) throws Exception {
    List<String> found = new ArrayList<>();
    Await.until(
        RunningProcess.LIMIT,
        "the service",
        () -> {
          for (ProcessHandle child : service.process().children().toList()) {
            String environment = Files.readString(ProcFile.of(child.pid(), "environ"));
            environment.lines().forEach(line -> findContact(line, found));
          }
          return !found.isEmpty();
        },
        service::describe);
    return found.get(0);
  }

  private static void findContact(String environment, List<String> found) {
    for (String each : environment.split("\0")) {
      if (each.startsWith("CRJVM_SERVICE=")) {
        found.add(each.substring(each.indexOf('=') + 1));
      }
    }
  }

  private static RunningProcess ask(Path program, String contact, User user) throws Exception {
    return new Command(BENCH, Path.of("/"))
        .add(program, "--check")
        .with("CRJVM_SERVICE", contact)
        .as(user)
        .run("ask");
  }

  /**
   * Shows that a filter makes no difference: process 1 of the namespace is not a JVM, so the JVM
   * beside it can be dumped.
   */
  @Test
  void worksUnderASeccompFilter() throws Exception {
    Requirement.need(User.isRoot(), "only root can install a filter without no_new_privs");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Command command = checkpoint(jvm).wrappedIn(BENCH.program("filtered").toString());
    Checkpoint checkpoint = jvm.checkpoint(command.start("checkpoint"));
    assertThat(checkpoint.restore().terminate()).isEqualTo(143);
  }

  @Test
  void memoryFileOfTheCollectorIsRefused() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process =
        checkpoint(jvm, "--failure", "continue")
            .with("JDK_JAVA_OPTIONS", "-XX:+UseZGC")
            .start("checkpoint");
    process.awaitError("checkpoint failed: in a user namespace CRIU can't look at the memory file");
    assertThat(Http.ask(jvm.port(), "/")).isEqualTo("ok");
    assertThat(jvm.image()).doesNotExist();
    assertThat(process.terminate()).isEqualTo(143);
  }

  /** Uses a user namespace whose root has forbidden further ones. */
  @Test
  void namespaceThatIsNotAllowedIsNamed() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    String script = "echo 0 >/proc/sys/user/max_user_namespaces && exec \"$@\"";
    RunningProcess refused =
        new Command(BENCH, jvm.folder())
            .add("unshare", "--user", "--map-root-user", "sh", "-c", script, "sh")
            .add(BENCH.launcher(), "checkpoint", "--at", "main", "--", jvm.jdk().java(), "-version")
            .run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(125);
    assertThat(refused.stderr())
        .startsWith("crjvm: checkpoint: no more user namespaces are allowed here");
  }

  @Test
  void aPipelineSeesThatThereIsNoImage() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process = checkpoint(jvm, "--warmup", "cmd:exit 3").start("failed");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(process.stderr()).contains("crjvm: warm-up failed: ");
  }

  @Test
  void wrongUseIsExplained() throws Exception {
    Path folder = BENCH.newFolder("usage");
    List<List<String>> wrong =
        List.of(
            List.of("--bogus"),
            List.of("--at"),
            List.of("--at", "main"),
            List.of("--at", "main", "--"));
    for (List<String> arguments : wrong) {
      RunningProcess error =
          new Command(BENCH, folder).add(BENCH.launcher(), "checkpoint", arguments).run("usage");
      assertThat(error.awaitExit()).as(arguments.toString()).isEqualTo(125);
      assertThat(error.stderr()).as(arguments.toString()).startsWith("crjvm: checkpoint: ");
    }
  }
}
