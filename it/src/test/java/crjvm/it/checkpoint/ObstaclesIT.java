package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.MountNamespace;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import crjvm.it.container.ContainerImagesIT;
import crjvm.it.matrix.OnEachJdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Obstacles to a dump. Each is named together with its remedy before it can do harm: the
 * application runs on, and there is no half image. The same things are no obstacle to a restore.
 */
@Tag("variant")
@ResourceLock(Containers.RESOURCE)
class ObstaclesIT {
  private static final String FAILED = "crjvm: checkpoint failed: ";

  /** The capabilities of the two helpers in SECURITY.md, as the kernel writes them. */
  private static final String CHECKPOINT_RESTORE = "0000010000000000";

  private static final String AND_SYS_ADMIN = "0000010000200000";

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk -> {
            Checkpoint checkpoint = makeImage(new TestJvm(BENCH, jdk));
            ContainerEngine.call(List.of("chmod", "-R", "a+rX", checkpoint.image() + ""));
            return checkpoint;
          });

  private static Checkpoint makeImage(TestJvm jvm) throws Exception {
    return jvm.checkpoint("quiet=off,at=http:" + jvm.url() + ",warmup=" + jvm.url() + "count*20");
  }

  /**
   * Returns the words that run a command without a bounding set. That command can't become another
   * user afterwards.
   */
  private static String[] withoutBoundingSet() throws Exception {
    String user = "--reuid=" + User.ORDINARY.number("-u");
    String group = "--regid=" + User.ORDINARY.number("-g");
    String[] command = {"setpriv", user, group, "--clear-groups", "--inh-caps=-all"};
    return Stream.concat(Stream.of(command), Stream.of("--bounding-set=-all", "--"))
        .toArray(String[]::new);
  }

  /**
   * Ignores SIGCHLD. The kernel then keeps no exit status of a child, such as the image compiler.
   */
  @Test
  void ignoredSignalsOfChildrenAreNoObstacle() throws Exception {
    Checkpoint checkpoint =
        makeImage(new TestJvm(BENCH, Jdk.any()).under("env", "--ignore-signal=CHLD"));
    RunningProcess restored = checkpoint.restore();
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static Command agent(TestJvm jvm, String... more) {
    String options = "image=" + jvm.image() + ",quiet=off,at=http:" + jvm.url();
    return jvm.command(
        String.join(",", Stream.concat(Stream.of(options), Stream.of(more)).toList()));
  }

  private static void assertRefused(TestJvm jvm, RunningProcess process, String line)
      throws Exception {
    process.awaitError(FAILED);
    assertThat(process.messages().stream().filter(each -> each.contains("failed")))
        .as(process::describe)
        .containsExactly(FAILED + line);
    // Some obstacles are reported before the application listens.
    Http.awaitAnswer(process, jvm.port(), "/");
    assertThat(jvm.folder()).isEmptyDirectory();
    assertThat(process.terminate()).isEqualTo(143);
    assertThat(process.stdout()).contains("test application: stopped");
  }

  // --- the helper and its capability

  @Test
  @Tag("core")
  void missingHelper() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    assertRefused(
        jvm,
        MountNamespace.of(agent(jvm), MountNamespace.NO_HELPERS).start("checkpoint"),
        "there is no helper \"%s\"; run setup as root, or give helper=PATH"
            .formatted(Workbench.helper()));
  }

  @Test
  void helperThatIsSomethingElse() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    assertRefused(
        jvm,
        agent(jvm, "helper=/bin/echo").start("checkpoint"),
        "\"/bin/echo\" is not the helper of this version: it says \"%s\"; run setup of this crjvm as root"
            .formatted(
                new Command(BENCH, jvm.folder())
                    .add("/bin/echo", "--version")
                    .run("echo")
                    .stdout()
                    .lines()
                    .findFirst()
                    .orElseThrow()));
  }

  @Test
  void helperWithoutCapability() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path copy = BENCH.product().resolve("libexec/crjvm-helper");
    assertRefused(
        jvm,
        agent(jvm, "helper=" + copy).start("checkpoint"),
        "the helper's file has no capability; run setup");
  }

  @Test
  void helperOnAFileSystemThatIsMountedNosuid() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    assertRefused(
        jvm,
        MountNamespace.of(agent(jvm), MountNamespace.setup(BENCH, "nosuid", ""))
            .start("checkpoint"),
        "the helper lies on a file system that is mounted nosuid, so the kernel ignores its"
            + " capability; install it elsewhere");
  }

  @Test
  @Tag("core")
  void noNewPrivileges() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).under("setpriv", "--no-new-privs", "--");
    assertRefused(
        jvm,
        agent(jvm).start("checkpoint"),
        "no_new_privs is set, so the kernel ignores the helper's capability; start the JVM without"
            + " it (docker run without --security-opt no-new-privileges, systemd"
            + " NoNewPrivileges=no)");
  }

  @Test
  void missingFromTheBoundingSet() throws Exception {
    Requirement.need(User.isRoot(), "only root can make the bounding set smaller");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    assertRefused(
        jvm,
        agent(jvm)
            .wrappedIn("setpriv", "--bounding-set=-checkpoint_restore", "--")
            .start("checkpoint"),
        "CAP_CHECKPOINT_RESTORE is missing from the bounding set, so the helper can't get it; allow"
            + " it to the container or service (docker run --cap-add CHECKPOINT_RESTORE, systemd"
            + " CapabilityBoundingSet=)");
  }

  /**
   * Checks that the helper names the more important one of two reasons when it can't get its
   * capability.
   */
  @Test
  void userNamespace() throws Exception {
    TestJvm jvm =
        new TestJvm(BENCH, Jdk.any())
            .under("unshare", "--user", "--map-current-user", "setpriv", "--no-new-privs", "--");
    assertRefused(
        jvm,
        agent(jvm).start("checkpoint"),
        "this is a user namespace, in which the helper's capability does not count; start the JVM by"
            + " crjvm checkpoint, or make the image outside of the namespace");
  }

  // --- the JVM

  @Test
  void processOne() throws Exception {
    Requirement.need(User.isRoot(), "only root can make a PID namespace alone");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess parent =
        agent(jvm)
            .wrappedIn("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")
            .start("checkpoint");
    parent.awaitError(FAILED);
    assertThat(parent.messages().stream().filter(each -> each.contains("failed")))
        .containsExactly(
            FAILED
                + "the JVM is process 1 of its container, which CRIU can't dump from inside; start"
                + " it through an init process (docker run --init)");
    Http.awaitAnswer(parent, jvm.port(), "/");
    assertThat(jvm.folder()).isEmptyDirectory();
  }

  /**
   * Shows that an obstacle which is met early is reported once, and not again at the warm point.
   */
  @Test
  void noFolderForTheNativeLibrary() throws Exception {
    Requirement.need(User.isRoot(), "only root can mount a folder");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).vm("-Djava.io.tmpdir=/proc");
    String folder = jvm.folder().toString();
    RunningProcess process =
        MountNamespace.of(
                agent(jvm),
                "mount --bind %1$s %1$s; mount -o remount,bind,noexec %1$s".formatted(folder))
            .start("noexec");
    process.awaitError("failed: ");
    Http.awaitAnswer(process, jvm.port(), "/count");
    assertThat(process.terminate()).isEqualTo(143);
    assertThat(process.messages()).filteredOn(each -> each.contains("failed")).hasSize(1);
  }

  /** Uses a java command that its user may execute but not read. */
  @Test
  void executableThatCannotBeRead() throws Exception {
    Jdk jdk = Jdk.any();
    TestJvm jvm = new TestJvm(BENCH, jdk);
    Path java = BENCH.newFolder("unreadable").resolve("java");
    Files.copy(jdk.java(), java);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx--x--x"));
    assertRefused(
        jvm,
        MountNamespace.of(agent(jvm), "mount --bind " + java + " " + jdk.java())
            .start("checkpoint"),
        "the kernel protects this process (its executable is set-user-id or has capabilities); start"
            + " the application with an ordinary java");
  }

  private static TestJvm objects(Jdk jdk) throws Exception {
    String classPath = BENCH.application() + ":" + BENCH.library("crac");
    return new TestJvm(BENCH, jdk.require())
        .vm("-Dcrjvm.it.native=" + BENCH.objectLibrary(jdk))
        .main("-cp", classPath, "crjvm.it.app.ObjectApplication");
  }

  private static Command atRequest(TestJvm jvm) {
    return jvm.command("image=" + jvm.image() + ",quiet=off,at=api,then=continue");
  }

  private static RunningProcess running(TestJvm jvm, Command command) throws Exception {
    RunningProcess process = command.start("checkpoint");
    Http.awaitAnswer(process, jvm.port(), "/");
    return process;
  }

  /** Sets up the obstacles one after the other in the same JVM, which is unharmed in the end. */
  @OnEachJdk
  @Tag("core")
  void whatTheApplicationDoesToItself(Jdk jdk) throws Exception {
    TestJvm jvm = objects(jdk);
    RunningProcess process = running(jvm, atRequest(jvm));
    String thread = Http.ask(jvm.port(), "/make?filter");
    assertThat(Http.ask(jvm.port(), "/checkpoint"))
        .isEqualTo(
            ("checkpoint failed: cannot dump process %d: its thread %s runs under a seccomp filter,"
                    + " and the kernel lets only CAP_SYS_ADMIN suspend it; keep the application from"
                    + " installing it, or run setup --allow-seccomp-dump")
                .formatted(process.pid(), thread));
    assertThat(Http.ask(jvm.port(), "/check?filter")).isEqualTo("confined");
    Http.ask(jvm.port(), "/drop?filter:0");

    Http.ask(jvm.port(), "/make?undumpable");
    assertThat(Http.ask(jvm.port(), "/checkpoint"))
        .startsWith("checkpoint failed: the kernel protects this process");
    Http.ask(jvm.port(), "/drop?undumpable:0");

    assertThat(jvm.folder()).isEmptyDirectory();
    assertThat(Http.ask(jvm.port(), "/checkpoint")).isEqualTo("ok");
    assertThat(process.terminate()).isEqualTo(143);
  }

  // --- seccomp filters

  /**
   * Uses a filter that would kill the JVM at CRIU's first vmsplice. Installing it needs
   * no_new_privs, which is an obstacle of its own, or a privilege.
   */
  @Test
  void inheritedFilterThatKills() throws Exception {
    Requirement.need(User.isRoot(), "only root can install a filter without no_new_privs");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    assertRefused(
        jvm,
        agent(jvm).wrappedIn(BENCH.program("filtered").toString(), "278").start("checkpoint"),
        forbidden("vmsplice"));
  }

  private static String forbidden(String calls) {
    return ("processes run under a seccomp filter here that forbids what a dump needs (%s), and a"
            + " process under a filter can suspend no other; make the image without the filter or with one that"
            + " allows this (docker run --cap-add SYS_PTRACE allows kcmp, --security-opt"
            + " seccomp=unconfined everything; systemd SystemCallFilter=)")
        .formatted(calls);
  }

  /** Shows that the opt-in does not help below an inherited filter, and that it is not tried. */
  @Test
  void filterOfAThreadBelowAnInheritedOne() throws Exception {
    TestJvm jvm = objects(Jdk.any());
    Command command = atRequest(jvm);
    MountNamespace.of(
        command,
        MountNamespace.setup(BENCH, "size=4m", "--allow-seccomp-dump")
            + "; set -- "
            + BENCH.program("filtered")
            + " \"$@\"");
    RunningProcess process = running(jvm, command);
    String thread = Http.ask(jvm.port(), "/make?filter");
    assertThat(Http.ask(jvm.port(), "/checkpoint"))
        .isEqualTo(
            ("checkpoint failed: cannot dump process %d: its thread %s runs under another seccomp"
                    + " filter than the helper, and a process under a filter can suspend no other; keep the"
                    + " application from installing it")
                .formatted(process.pid(), thread));
    assertThat(jvm.folder()).isEmptyDirectory();
    assertThat(process.terminate()).isEqualTo(143);
  }

  /** Checks criu's capabilities, which the kernel shows to root only. */
  @OnEachJdk
  void optInDumpsAThreadThatHasConfinedItself(Jdk jdk) throws Exception {
    TestJvm jvm = objects(jdk);
    Command command =
        MountNamespace.of(
            atRequest(jvm), MountNamespace.setup(BENCH, "size=4m", "--allow-seccomp-dump"));
    RunningProcess process = running(jvm, command);
    assertThat(process.stderr()).contains("setup: WARNING: ");
    assertThat(engineCapabilities(jvm, process)).isEqualTo(CHECKPOINT_RESTORE);

    Http.ask(jvm.port(), "/make?filter");
    assertThat(engineCapabilities(jvm, process)).isEqualTo(AND_SYS_ADMIN);
    assertThat(process.messages())
        .contains(
            "crjvm: the seccomp filter that the application has put itself under is not in the image;"
                + " where it matters, install it again in an afterRestore callback");
    assertThat(Http.ask(jvm.port(), "/check?filter")).isEqualTo("confined");
    assertThat(process.terminate()).isEqualTo(143);

    RunningProcess restored = new Checkpoint(BENCH, jvm, process).restore();
    assertThat(Http.ask(jvm.port(), "/check?filter")).isEqualTo("free");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  /** Makes an image, and returns the capabilities that criu was permitted meanwhile. */
  private static String engineCapabilities(TestJvm jvm, RunningProcess process) throws Exception {
    Thread asking = new Thread(() -> checkpoint(jvm));
    asking.start();
    String[] seen = new String[1];
    Await.until(
        RunningProcess.LIMIT,
        "criu",
        () -> {
          Optional<ProcessHandle> engine = FailedDumpIT.engineOf(process.pid());
          if (engine.isPresent()) {
            seen[0] = RunningProcess.status(engine.get().pid(), "CapPrm");
          }
          return engine.isPresent();
        },
        process::describe);
    asking.join();
    assertThat(process.stderr()).doesNotContain("failed");
    return seen[0];
  }

  private static void checkpoint(TestJvm jvm) {
    try {
      Http.ask(jvm.port(), "/checkpoint");
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> inContainer(TestJvm jvm) throws Exception {
    ContainerEngine.call(List.of("chown", "1000:1000", jvm.folder().toString()));
    return agent(jvm).words();
  }

  private static Container maker(TestJvm jvm) throws Exception {
    return CONTAINERS
        .maker()
        .with("--init", "--cap-add=CHECKPOINT_RESTORE")
        .with("--workdir=" + jvm.folder())
        .writing(jvm.folder());
  }

  @Test
  void defaultFilterOfContainers() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    List<String> java = inContainer(jvm);
    RunningProcess process = maker(jvm).start(ContainerImagesIT.AS_DOCKER_DOES, java);
    process.awaitError(FAILED);
    assertThat(process.messages().stream().filter(each -> each.contains("failed")))
        .containsExactly(FAILED + forbidden("vmsplice, kcmp"));
    assertThat(Http.ask(jvm.port(), "/")).isEqualTo("ok");
    assertThat(jvm.folder()).isEmptyDirectory();
  }

  /** Adds vmsplice to podman's filter: that is the difference of Docker's own filter. */
  @Test
  void defaultFilterOfDockerWithSysPtrace() throws Exception {
    Path own = Path.of("/usr/share/containers/seccomp.json");
    Requirement.need(Files.exists(own), "there is no \"" + own + "\"");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    List<String> java = inContainer(jvm);
    Path profile = BENCH.newFolder("profile").resolve("seccomp.json");
    String allowed = "\"syscalls\": [{\"names\": [\"vmsplice\"], \"action\": \"SCMP_ACT_ALLOW\"},";
    Files.writeString(
        profile,
        Files.readString(own)
            .replaceFirst("\"vmsplice\",\\s*", "")
            .replaceFirst("\"syscalls\": \\[", allowed));
    RunningProcess process =
        maker(jvm)
            .with("--cap-add=SYS_PTRACE", "--security-opt=seccomp=" + profile)
            .start(ContainerImagesIT.AS_DOCKER_DOES, java);
    Checkpoint checkpoint = jvm.checkpoint(process);
    ContainerEngine.call(List.of("chmod", "-R", "a+rX", checkpoint.image() + ""));
    assertThat(checkpoint.restore().terminate()).isEqualTo(143);
  }

  // --- restores

  /**
   * Restores under each obstacle. The restorer takes the launcher's place, so the same limits hold
   * for the application.
   */
  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"no_new_privs", "empty bounding set", "nosuid", "no ptrace", "seccomp filter"})
  void restoresUnder(String obstacle) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Command run = checkpoint.command("--no-fallback");
    switch (obstacle) {
      case "no_new_privs" -> run.wrappedIn("setpriv", "--no-new-privs", "--");
      case "empty bounding set" -> run.as(User.ROOT).wrappedIn(withoutBoundingSet());
      case "nosuid" -> MountNamespace.of(run, remount(BENCH.product(), checkpoint.image()));
      case "no ptrace" -> run.wrappedIn(BENCH.program("filtered").toString(), "101");
      default -> run.wrappedIn(BENCH.program("filtered").toString());
    }
    RunningProcess restored = checkpoint.await(run.start("restore"));
    switch (obstacle) {
      case "no_new_privs" -> assertThat(restored.status("NoNewPrivs")).isEqualTo("1");
      case "empty bounding set" -> assertThat(restored.status("CapBnd")).isEqualTo("0".repeat(16));
      case "nosuid" ->
          assertThat(Files.readString(ProcFile.of(restored.pid(), "mountinfo")))
              .containsPattern(checkpoint.image() + " \\S*nosuid");
      default -> assertThat(restored.status("Seccomp")).isEqualTo("2");
    }
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static String remount(Path... folders) {
    List<String> script = new ArrayList<>();
    for (Path folder : folders) {
      script.add("mount --bind " + folder + " " + folder);
      script.add("mount -o remount,bind,nosuid " + folder);
    }
    return String.join("; ", script);
  }

  /**
   * Restores under all restrictions of a careful administrator at once, with the filter of a
   * container engine.
   */
  @Test
  void restoresInAConfinedContainer() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Container container = CONTAINERS.base().with(Container.CONFINED);
    RunningProcess restored =
        container.start(BENCH.launcher(), "run", "--no-fallback", "--image", checkpoint.image());
    checkpoint.await(restored);
    assertThat(container.status(1, "Seccomp")).isEqualTo("2");
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(container.stop()).isEqualTo(143);
  }
}
