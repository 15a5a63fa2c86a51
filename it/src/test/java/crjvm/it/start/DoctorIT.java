package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Engine;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.MountNamespace;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.Containers;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * {@code crjvm doctor} says what this machine can do. If something is not possible, it gives the
 * reason and the remedy.
 */
@Tag("variant")
@ResourceLock(Containers.RESOURCE)
class DoctorIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static final SharedImage IMAGE =
      new SharedImage(
          jdk -> {
            TestJvm jvm = new TestJvm(BENCH, jdk);
            return jvm.checkpoint("quiet=off,at=http:" + jvm.url());
          });

  /** The report of a run with JSON output. */
  private record Report(int status, Map<String, Section> sections) {
    Section checkpoint() {
      return sections.get("checkpoint");
    }

    Section restore() {
      return sections.get("restore");
    }
  }

  private record Section(boolean possible, List<Finding> findings) {
    /** Returns the obstacles as "ID: TEXT". */
    List<String> obstacles() {
      return findings.stream()
          .filter(each -> each.state().equals("no"))
          .map(Finding::line)
          .toList();
    }

    List<String> notes() {
      return findings.stream()
          .filter(each -> each.state().equals("note"))
          .map(Finding::line)
          .toList();
    }
  }

  private record Finding(String id, String state, String text) {
    String line() {
      return id + ": " + text;
    }
  }

  /** Reads a finding, and checks what must be true for every report. */
  private static Finding finding(Object value) {
    Map<?, ?> object = (Map<?, ?>) value;
    Finding finding =
        new Finding(
            (String) object.get("id"), (String) object.get("state"), (String) object.get("text"));
    assertThat(finding.state()).isIn("ok", "no", "note");
    assertThat(finding.text()).isNotBlank();
    if (finding.state().equals("no")) {
      assertThat((String) object.get("reason")).isNotBlank();
      assertThat((String) object.get("remedy")).isNotBlank();
      assertThat(finding.text()).isEqualTo(object.get("reason") + "; " + object.get("remedy"));
    } else {
      assertThat(object).hasSize(3);
    }
    return finding;
  }

  private static Section section(Object value) {
    Map<?, ?> object = (Map<?, ?>) value;
    List<Finding> findings =
        ((List<?>) object.get("findings")).stream().map(DoctorIT::finding).toList();
    Section section = new Section((Boolean) object.get("possible"), findings);
    assertThat(section.possible() || !section.obstacles().isEmpty())
        .as(section.toString())
        .isTrue();
    return section;
  }

  private static Report report(RunningProcess process) throws Exception {
    int status = process.awaitExit();
    assertThat(process.stderr()).isEmpty();
    Map<?, ?> whole = (Map<?, ?>) Json.parse(process.stdout());
    assertThat(whole.keySet()).asString().isEqualTo("[version, checkpoint, restore]");
    return new Report(
        status,
        Map.of(
            "checkpoint",
            section(whole.get("checkpoint")),
            "restore",
            section(whole.get("restore"))));
  }

  private static Command command(Object... options) throws Exception {
    return new Command(BENCH, BENCH.newFolder("doctor"))
        .with("JAVA_HOME", Jdk.any().home().toString())
        .add(BENCH.launcher(), "doctor", List.of(options));
  }

  private static Command json(Object... options) throws Exception {
    return command("--json").add(options);
  }

  /** Returns doctor's command under a program that the ordinary user runs. */
  private static Command under(String... words) throws Exception {
    return new Command(BENCH, BENCH.newFolder("doctor"))
        .with("JAVA_HOME", Jdk.any().home().toString())
        .add(List.of(words))
        .add(BENCH.launcher(), "doctor", "--json");
  }

  private static Report run(Command command) throws Exception {
    return report(command.run("doctor"));
  }

  private static Report elsewhere(String script) throws Exception {
    return run(MountNamespace.of(json(), "{ " + script + "; } 2>/dev/null"));
  }

  @Test
  @Tag("core")
  void goodMachine() throws Exception {
    Report report = run(json());
    assertThat(report.status()).isZero();
    for (Section section : report.sections().values()) {
      assertThat(section.possible()).isTrue();
      assertThat(section.obstacles()).isEmpty();
    }
    assertThat(report.checkpoint().findings().stream().map(Finding::id))
        .contains("java", "criu", "helper", "permission", "namespace", "temporary-folder");
    assertThat(report.restore().findings().stream().map(Finding::id))
        .containsExactly("machine", "kernel", "restorer");

    RunningProcess text = command().run("text");
    assertThat(text.awaitExit()).isZero();
    assertThat(text.stdout())
        .contains(
            "To make images:\n", "  => images can be made here: java -javaagent:crjvm.jar=...\n")
        .contains("To run images:\n", "  => images can be run here\n")
        .doesNotContain("NO ");
  }

  /** Returns a command whose root folder has all files of the machine, but is not a mount. */
  private static Command chroot(Command command) throws Exception {
    Requirement.need(User.isRoot(), "only root can change the root folder");
    String script =
        "set -e; mount --make-rprivate /; cd '"
            + BENCH.newFolder("root")
            + "'; for each in /*; do if [ -L \"$each\" ]; then cp -a \"$each\" .; elif [ -d \"$each\" ];"
            + " then mkdir \".$each\"; mount --rbind \"$each\" \".$each\"; fi; done;"
            + " exec /usr/sbin/chroot . env --chdir='"
            + command.folder()
            + "' \"$@\"";
    return command.wrappedIn("unshare", "--mount", "sh", "-c", script, "sh");
  }

  // --- making images

  @Test
  void nothingCanBeDumpedWhereTheRootIsNoMount() throws Exception {
    Report report = run(chroot(json()));
    assertThat(report.status()).isEqualTo(1);
    String fault = "the root folder%s (chroot) is not a mount, and CRIU can't dump that; mount the";
    assertThat(report.checkpoint().obstacles())
        .anyMatch(line -> line.startsWith("root: " + fault.formatted(" here")));
    assertThat(report.restore().possible()).isTrue();

    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process =
        chroot(new Command(BENCH, jvm.folder()).add(jvm.words("at=port:1"))).start("chroot");
    process.awaitError("checkpoint failed: " + fault.formatted(" of this process"));
    Http.awaitAnswer(process, jvm.port(), "/count");
    assertThat(process.terminate()).isEqualTo(143);
  }

  /** Shows that only the way through the helper is closed, and the other one is open. */
  @Test
  @Tag("core")
  void noHelper() throws Exception {
    Report report = elsewhere(MountNamespace.NO_HELPERS);
    assertThat(report.status()).isZero();
    assertThat(report.checkpoint().possible()).isTrue();
    assertThat(report.checkpoint().obstacles())
        .containsExactly(
            "helper: \"%s\" is not installed; run \"%s/setup\""
                .formatted(Workbench.helper(), BENCH.product()));

    RunningProcess text = MountNamespace.of(command(), MountNamespace.NO_HELPERS).run("text");
    assertThat(text.awaitExit()).isZero();
    assertThat(text.stdout())
        .contains("  NO  helper: ", "=> images can be made here: crjvm checkpoint -- java ...\n");
  }

  @Test
  void helperWithoutCapability() throws Exception {
    Report report =
        elsewhere(
            MountNamespace.setup(BENCH, "size=4m", "")
                + "; /usr/sbin/setcap -r "
                + Workbench.helper());
    assertThat(report.checkpoint().obstacles())
        .anySatisfy(line -> assertThat(line).startsWith("helper: the capability of "))
        .contains("capability: the helper's file has no capability; run setup");
    assertThat(report.status()).isZero();
  }

  @Test
  void helperWithOneCapabilityTooMany() throws Exception {
    String add = "; /usr/sbin/setcap cap_sys_ptrace,cap_checkpoint_restore=p " + Workbench.helper();
    Report report = elsewhere(MountNamespace.setup(BENCH, "size=4m", "") + add);
    assertThat(report.checkpoint().obstacles())
        .singleElement()
        .asString()
        .startsWith("helper: the capability of \"%s\" is \"".formatted(Workbench.helper()))
        .contains("cap_sys_ptrace", "not exactly \"cap_checkpoint_restore=p\"; run ");
  }

  @Test
  void optInIsNoted() throws Exception {
    Report report = elsewhere(MountNamespace.setup(BENCH, "size=4m", "--allow-seccomp-dump"));
    assertThat(report.status()).isZero();
    assertThat(report.checkpoint().notes())
        .containsExactly(
            "seccomp-opt-in: the helper with CAP_SYS_ADMIN is installed; setup"
                + " --remove-seccomp-dump removes it");
  }

  @Test
  void noEngine() throws Exception {
    Report report =
        elsewhere(
            "mkdir /run/crjvm-it-$$; mount -t tmpfs crjvm-it /run/crjvm-it-$$; cd /run/crjvm-it-$$;"
                + " mkdir upper work; mount -t overlay -o"
                + " lowerdir=/usr/local/lib/crjvm,upperdir=upper,workdir=work crjvm-it /usr/local/lib/crjvm;"
                + " rm /usr/local/lib/crjvm/criu; cd /; umount -l /run/crjvm-it-$$; rmdir /run/crjvm-it-$$");
    assertThat(report.status()).isEqualTo(1);
    assertThat(report.checkpoint().possible()).isFalse();
    assertThat(report.checkpoint().obstacles())
        .contains(
            "criu: there is no \"%s\"; run \"%s/setup\""
                .formatted(Engine.PROGRAM, BENCH.product()));
    assertThat(report.restore().possible()).isTrue();
  }

  @Test
  void engineThatIsTooOld() throws Exception {
    Path old = BENCH.newFolder("old").resolve("criu");
    Files.writeString(old, "#!/bin/sh\necho 'Version: 4.1.1'\n");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
    Report report = elsewhere("mount --bind " + old + " " + Engine.PROGRAM);
    assertThat(report.status()).isEqualTo(1);
    assertThat(report.checkpoint().obstacles())
        .containsExactly(
            "criu: \"%s\" is version \"4.1.1\"; 4.2 or newer is needed, run \"%s/setup\""
                .formatted(Engine.PROGRAM, BENCH.product()));
  }

  @Test
  void noNewPrivileges() throws Exception {
    Report report = run(under("setpriv", "--no-new-privs", "--"));
    assertThat(report.status()).isZero();
    assertThat(report.checkpoint().obstacles())
        .singleElement()
        .asString()
        .startsWith(
            "no-new-privs: no_new_privs is set, so the kernel ignores the helper's capability; ");
    assertThat(report.checkpoint().findings().stream().map(Finding::line))
        .contains("namespace: crjvm checkpoint can make images without any privilege")
        .contains("no-new-privs: set: no program here gets a privilege by its file");
  }

  @Test
  void missingFromTheBoundingSet() throws Exception {
    Requirement.need(User.isRoot(), "only root can make the bounding set smaller");
    Report report = run(json().wrappedIn("setpriv", "--bounding-set=-checkpoint_restore", "--"));
    assertThat(report.checkpoint().obstacles())
        .singleElement()
        .asString()
        .startsWith("bounding-set: CAP_CHECKPOINT_RESTORE is missing from the bounding set, ");
  }

  /** Uses a namespace whose root allows no further ones, with the helper and without it. */
  @Test
  void userNamespacesAreForbidden() throws Exception {
    String script = "echo 0 >/proc/sys/user/max_user_namespaces && exec \"$@\"";
    String[] forbid = {"unshare", "--user", "--map-root-user", "sh", "-c", script, "sh"};
    String cause =
        "namespace: crjvm checkpoint can't make images: no more user namespaces are allowed here"
            + " (user.max_user_namespaces); sysctl -w user.max_user_namespaces=10000, or install the"
            + " helper with setup";
    Report open = run(under(forbid));
    assertThat(open.status()).isZero();
    assertThat(open.checkpoint().notes()).contains(cause);

    Report closed = run(MountNamespace.of(under(forbid), MountNamespace.NO_HELPERS));
    assertThat(closed.status()).isEqualTo(1);
    assertThat(closed.checkpoint().possible()).isFalse();
    assertThat(closed.checkpoint().obstacles())
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).startsWith("helper: "))
        .contains(cause);
    assertThat(closed.restore().possible()).isTrue();
  }

  @Test
  void containerAsItIsByDefault() throws Exception {
    RunningProcess process =
        CONTAINERS
            .base()
            .with(Container.CONFINED)
            .with("--env=JAVA_HOME=" + Jdk.any().home())
            .start(BENCH.launcher(), "doctor", "--json");
    Report report = report(process);
    assertThat(report.status()).isEqualTo(1);
    assertThat(report.checkpoint().possible()).isFalse();
    assertThat(report.checkpoint().obstacles())
        .anySatisfy(line -> assertThat(line).startsWith("helper: "))
        .anySatisfy(line -> assertThat(line).startsWith("namespace: "));
    assertThat(report.checkpoint().notes())
        .contains("seccomp-filter: processes run under a seccomp filter here")
        .anySatisfy(line -> assertThat(line).startsWith("process-1: this is process 1 "));
    assertThat(report.restore().possible()).isTrue();
  }

  @Test
  void temporaryFolderThatIsMountedNoexec() throws Exception {
    Path folder = BENCH.newFolder("noexec");
    Command doctor = json().with("TMPDIR", folder.toString());
    Report report =
        run(MountNamespace.of(doctor, "mount -t tmpfs -o noexec,mode=1777 crjvm-it " + folder));
    assertThat(report.status()).isEqualTo(1);
    assertThat(report.checkpoint().obstacles())
        .containsExactly(
            "temporary-folder: \"%s\" is mounted noexec, so that the agent can't load its native"
                    .formatted(folder)
                + " libraries; set -Djava.io.tmpdir");
  }

  @Test
  void noJava() throws Exception {
    Path nowhere = BENCH.newFolder("jdk").resolve("nowhere");
    Report report = run(json().with("JAVA_HOME", nowhere.toString()));
    assertThat(report.status()).isEqualTo(1);
    assertThat(report.checkpoint().obstacles())
        .containsExactly(
            "java: there is no \"%s/bin/java\"; install a JDK 17 or newer, or set JAVA_HOME"
                .formatted(nowhere));
    assertThat(report.restore().possible()).isTrue();
  }

  // --- images

  /** Shows that the image alone decides: machines that run images need not make any. */
  @Test
  void goodImageWhereNoneCanBeMade() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Command doctor = json("--image", checkpoint.image()).with("JAVA_HOME", "/nowhere");
    Report report = run(MountNamespace.of(doctor, MountNamespace.NO_HELPERS));
    assertThat(report.status()).isZero();
    assertThat(report.checkpoint().possible()).isFalse();
    assertThat(report.restore().findings().stream().map(Finding::line))
        .contains("image: \"%s\" can be run here".formatted(checkpoint.image()));
    assertThat(report.restore().notes()).as("doctor isn't given the arguments").isEmpty();
  }

  private static void assertBad(Path image, String line) throws Exception {
    Report report = run(json("--image", image));
    assertThat(report.status()).isEqualTo(1);
    assertThat(report.checkpoint().possible()).isTrue();
    assertThat(report.restore().possible()).isFalse();
    assertThat(report.restore().obstacles()).containsExactly(line);

    RunningProcess text = command("--image", image).run("text");
    assertThat(text.awaitExit()).isEqualTo(1);
    assertThat(text.stdout()).contains("  NO  " + line, "  => images can't be run here\n");
  }

  @Test
  @Tag("core")
  void damagedImage() throws Exception {
    Path copy = BENCH.newFolder("damaged");
    try (Stream<Path> files = Files.list(IMAGE.of(Jdk.any()).image())) {
      for (Path file : files.toList()) {
        Path target = User.ORDINARY.own(Files.copy(file, copy.resolve(file.getFileName())));
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
      }
    }
    try (RandomAccessFile memory = new RandomAccessFile(copy.resolve("memory").toFile(), "rw")) {
      long length = memory.length();
      memory.setLength(length - 1);
      assertBad(
          copy,
          ("image: cannot restore \"%s\": its memory file has %d bytes instead of %d; make a new"
                  + " image")
              .formatted(copy, length - 1, length));
      memory.setLength(length);
    }
    try (RandomAccessFile plan = new RandomAccessFile(copy.resolve("plan").toFile(), "rw")) {
      plan.seek(plan.length() / 2);
      int old = plan.read();
      plan.seek(plan.length() / 2);
      plan.write(old ^ 1);
    }
    assertBad(
        copy,
        "image: cannot restore \"%s\": the plan is damaged: its checksum is wrong; make a new image"
            .formatted(copy));
    Files.delete(copy.resolve("manifest"));
    assertBad(
        copy, "image: \"%s\": it is not a complete image; make the image again".formatted(copy));
  }

  /** Uses names that JSON has to escape, and one that is not valid text. */
  @Test
  void imageUnderAnOddName() throws Exception {
    Path folder = BENCH.newFolder("odd");
    String name = "quote\" back\\slash\ttab\nline é";
    Report report = run(json("--image", name).in(folder));
    assertThat(report.status()).isEqualTo(1);
    assertThat(report.restore().obstacles())
        .containsExactly("image: \"" + name + "\": there is no such image; make the image again");

    String script = "exec \"$@\" --image \"$(printf 'not \\377 UTF-8')\"";
    assertThat(run(under("sh", "-c", script, "sh")).restore().obstacles())
        .containsExactly("image: \"not  UTF-8\": there is no such image; make the image again");
  }

  @Test
  void imageOfAnotherJdk() throws Exception {
    Jdk own = Jdk.any();
    Jdk other =
        Jdk.all().stream().filter(jdk -> jdk.major() != own.major()).findFirst().orElseThrow();
    Checkpoint checkpoint = IMAGE.of(own);
    String library = "lib/server/libjvm.so";
    Path old = own.home().resolve(library);
    Path present = other.require().home().resolve(library);
    Command doctor = json("--image", checkpoint.image()).with("JAVA_HOME", other.home().toString());
    Report report = run(MountNamespace.of(doctor, "mount --bind " + present + " " + old));
    assertThat(report.status()).isEqualTo(1);
    assertThat(report.restore().obstacles())
        .containsExactly(
            ("image: cannot restore \"%s\": the file \"%s\" has changed: it has %d bytes instead of"
                    + " %d; install the same JDK and application, or make a new image")
                .formatted(checkpoint.image(), old, Files.size(present), Files.size(old)));
  }

  // --- setup

  /** Checks each step with its status, in a place of its own. */
  @Test
  void setupSaysWhatIsThereAndInstallsAndRemovesTheOptIn() throws Exception {
    String setup =
        "\"$1\" %s 2>&1 && echo status 0 || echo status $?; ls /usr/local/libexec/crjvm 2>&1;";
    String script =
        Stream.of("--check", "", "--check", "--allow-seccomp-dump", "--check")
                .map(setup::formatted)
                .reduce("", String::concat)
            + "/usr/sbin/getcap /usr/local/libexec/crjvm/*;"
            + setup.formatted("--remove-seccomp-dump")
            + setup.formatted("--remove-seccomp-dump")
            + "chmod 0775 /usr/local/libexec/crjvm/crjvm-helper;"
            + setup.formatted("--check")
            + setup.formatted("--bogus");
    Command steps =
        new Command(BENCH, BENCH.newFolder("setup"))
            .as(User.ROOT)
            .with("JAVA_HOME", Jdk.any().home().toString())
            .add("sh", "-c", script, "sh", BENCH.product().resolve("setup"));
    RunningProcess process = MountNamespace.of(steps, MountNamespace.NO_HELPERS).run("setup");
    String helper = Workbench.helper() + " cap_checkpoint_restore=p";
    String optIn = Workbench.helper() + "-seccomp cap_sys_admin,cap_checkpoint_restore=p";
    String both = "crjvm-helper\ncrjvm-helper-seccomp\n";
    String none = "setup: seccomp opt-in: not installed\n";
    assertThat(process.stdout())
        .as(process::describe)
        .contains(
            "setup: helper: MISSING: \"%s\": not installed\n".formatted(Workbench.helper())
                + none
                + "status 1\n",
            "setup: installing " + Workbench.helper() + "\nsetup: helper: " + helper,
            "setup: helper: " + helper + "\n" + none + "status 0\ncrjvm-helper\n",
            "setup: WARNING: " + Workbench.helper() + "-seccomp holds CAP_SYS_ADMIN.\n",
            "setup: helper: " + optIn + "\nsetup: done\nstatus 0\n" + both,
            "setup: helper: "
                + helper
                + "\nsetup: seccomp opt-in: "
                + optIn
                + "\nstatus 0\n"
                + both,
            "\n" + helper + "\n" + optIn + "\n",
            "setup: seccomp opt-in: removed\nstatus 0\ncrjvm-helper\n" + none + "status 0\n",
            "crjvm-helper\": owner and mode are not root:root 0755\n" + none + "status 1\n",
            "usage: setup ")
        .endsWith("status 125\ncrjvm-helper\n");
  }
}
