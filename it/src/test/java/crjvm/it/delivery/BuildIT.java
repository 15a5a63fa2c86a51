package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.registry.RegistryServer;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** {@code crjvm build} makes an image in one command, as an ordinary user, or says why not. */
@BesideOthers
@ResourceLock(value = CapabilityWatch.RESOURCE, mode = ResourceAccessMode.READ)
@Tag("delivery")
class BuildIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Command build(TestJvm jvm, Object... options) throws IOException {
    return buildAlone(jvm, "--url", jvm.url()).add(options);
  }

  private static Command buildAlone(TestJvm jvm, Object... options) throws IOException {
    Path temporary = jvm.folder().resolve("temporary");
    if (!Files.exists(temporary)) {
      Files.createDirectory(temporary);
      User.ORDINARY.own(temporary);
    }
    return new Command(BENCH, jvm.folder())
        .with("TMPDIR", temporary.toString())
        .with("SECRET_TOKEN", "0123456789abcdef")
        .with("LANG", "") // as in many jobs
        .add(BENCH.launcher(), "build")
        .add(options);
  }

  private static RunningProcess run(Command command, int status) throws Exception {
    RunningProcess process = command.run("build");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(status);
    return process;
  }

  private static Object[] jar(TestJvm jvm, Object... options) {
    return Stream.of(
            Stream.of("--jar", BENCH.application(), "--java", jvm.jdk().java()),
            Stream.of("--vm-option", "-Xmx96m", "--warmup", jvm.url() + "count*3"),
            Stream.of(options),
            Stream.of("--", "--port", jvm.port()))
        .flatMap(each -> each)
        .toArray();
  }

  private static void expectStart(TestJvm jvm, Path image) throws Exception {
    RunningProcess copy =
        new Command(BENCH, jvm.folder())
            .add(BENCH.launcher(), "run", "--no-fallback", "--image", image)
            .start("copy");
    Http.awaitAnswer(copy, jvm.port(), "/");
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("4");
    assertThat(Http.ask(jvm.port(), "/env?name=SECRET_TOKEN")).isEqualTo("null");
    assertThat(Http.ask(jvm.port(), "/property?name=sun.jnu.encoding")).isEqualTo("UTF-8");
    assertThat(copy.terminate()).isEqualTo(143);
  }

  @Test
  @Tag("core")
  void aJarBecomesAnArchive() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    String begin = "127.0.0.1 - - [30/Nov/2026:10:00:00 +0000] \"GET ";
    Path log = jvm.folder().resolve("access.log");
    Files.write(
        log, List.of(begin + "/count?a=b HTTP/1.1\" 200 2", begin + "/x/7 HTTP/1.1\" 200 2"));
    Object[] options = {
      "--expect", "ok", "--compress", "gzip", "--name", "it", "--access-log", log
    };
    RunningProcess built = run(build(jvm, jar(jvm, options)), 0);
    assertThat(built.stdout())
        .contains(
            "50 % of the log's good GET requests are of kinds that have warmed the image up\n")
        .contains("not warmed up: /x/* (1)\n");
    assertThat(jvm.folder())
        .isDirectoryContaining(file -> file.endsWith("it.tar.gz.sha256"))
        .isDirectoryNotContaining(file -> file.toString().contains("partial"));
    run(new Command(BENCH, jvm.folder()).add("sha256sum", "-c", "it.tar.gz.sha256"), 0);
    run(new Command(BENCH, jvm.folder()).add("tar", "-xf", "it.tar.gz"), 0);
    expectStart(jvm, jvm.folder().resolve("it"));
  }

  /** Uses a mount namespace in which nobody has installed the helper. */
  @Test
  void withoutTheHelperAUserNamespaceIsEnough() throws Exception {
    Requirement.need(User.isRoot(), "only root can hide the installed helper");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    String script = "mount -t tmpfs none /usr/local/libexec/crjvm && exec \"$@\"";
    Command command =
        build(jvm, jar(jvm, "--compress", "none", "--name", "image"))
            .wrappedIn("unshare", "--mount", "sh", "-c", script, "sh");
    run(command, 0);
    expectStart(jvm, jvm.image());
  }

  /** Keeps the installed helper from its capability, as some builders' containers do. */
  @Test
  void whereTheHelperGetsNoPrivilegeAUserNamespaceIsEnough() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Command command =
        build(jvm, jar(jvm, "--compress", "none", "--name", "image"))
            .wrappedIn("setpriv", "--no-new-privs");
    run(command, 0);
    expectStart(jvm, jvm.image());
  }

  @Test
  void aJavaCommandBecomesAnImageInARegistry() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RegistryServer registry = RegistryServer.start(BENCH);
    String place = "oci://" + registry.place("build:1");
    Command command =
        build(jvm, "--compress", "none", "--warmup", jvm.url() + "count*3", "--oci", place)
            .with("HOME", jvm.folder().toString())
            .add("--", jvm.jdk().java(), "-Xmx96m", "-cp", BENCH.application())
            .add("crjvm.it.app.TestApplication", "--port", jvm.port());
    run(command, 0);
    expectStart(jvm, jvm.folder().resolve("app-image"));
    Path pulled = jvm.folder().resolve("pulled");
    run(
        new Command(BENCH, jvm.folder())
            .with("HOME", jvm.folder().toString())
            .add(BENCH.launcher(), "pull", place, pulled),
        0);
    expectStart(jvm, pulled);
  }

  /** Without an address it is enough that the application can be restored. */
  @Test
  void anAddressIsNotNeeded() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path logs = Files.createDirectory(jvm.folder().resolve("logs"));
    Path other = Files.writeString(jvm.folder().resolve("other"), "other\n");
    Path folder = Files.createDirectory(jvm.folder().resolve("folder"));
    Files.createSymbolicLink(logs.resolve("restore.log"), other);
    Files.createSymbolicLink(logs.resolve("checkpoint.log"), folder);
    User.ORDINARY.own(logs);
    Command command =
        buildAlone(jvm, "--compress", "none", "--logs", logs)
            .add("--", jvm.jdk().java(), "-Xmx96m", "-cp", BENCH.application())
            .add("crjvm.it.app.TestApplication", "--port", jvm.port());
    RunningProcess built = run(command, 0);
    assertThat(built.stdout())
        .contains("at=auto: the application is warm: it listens on port " + jvm.port())
        .containsPattern("restored in [0-9.]+ ms[^\n]*, stopped\n");
    assertThat(logs.resolve("checkpoint.log")).content().contains("crjvm: image ready: ");
    assertThat(logs.resolve("restore.log"))
        .satisfies(log -> assertThat(Files.isSymbolicLink(log)).isFalse())
        .content()
        .contains("crjvm: restore: restored in ");
    assertThat(other).hasContent("other\n");
    assertThat(folder).isEmptyDirectory();
  }

  /** A process that the application has started outlives it, and keeps its output open. */
  @Test
  void whatTheApplicationLeavesBehindEnds() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path program = jvm.folder().resolve("Parent.java");
    Files.writeString(
        program,
        """
        public class Parent {
          public static void main(String[] args) throws Exception {
            Process child = new ProcessBuilder("sleep", "86398").inheritIO().start();
            System.out.println("child: " + child.info().command().orElse("none"));
            child.waitFor();
          }
        }
        """);
    User.ORDINARY.own(program);
    Command command =
        buildAlone(jvm, "--at", "delay:1000s", "--time-limit", "10")
            .add("--", jvm.jdk().java(), program);
    RunningProcess failed = run(command, 1);
    assertThat(failed.stderr()).contains("no image within 10 s; ");
    assertThat(failed.stdout() + failed.stderr()).containsPattern("child: /.*/sleep");
    assertThat(ProcessHandle.allProcesses())
        .noneMatch(each -> each.info().commandLine().orElse("").contains("sleep 86398"));
  }

  @Test
  void withoutAnImageThereIsAStatusAndNothingIsLeft() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess failed = run(build(jvm, jar(jvm, "--agent-option", "policies=missing")), 1);
    assertThat(failed.stdout()).contains("crjvm: no checkpoint will be made: ");
    assertThat(failed.stderr()).startsWith("crjvm: build failed: no checkpoint will be made: ");
    failed = run(build(jvm, jar(jvm, "--expect", "a text that is not there")), 1);
    assertThat(failed.stderr()).contains("does not contain \"a text that is not there\"");
    assertThat(jvm.folder().resolve("temporary")).isEmptyDirectory();
    assertThat(jvm.folder()).isDirectoryNotContaining(file -> !file.endsWith("temporary"));
  }

  /** A signal for the process of the build alone ends the application, too. */
  @Test
  void aSignalEndsTheBuildAtOnce() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess build =
        build(jvm, jar(jvm, "--at", "port:1", "--time-limit", "100")).start("signalled");
    build.awaitOutput("starting under the agent");
    build.process().destroy();
    assertThat(build.awaitExit()).as(build::describe).isEqualTo(143);
    assertThat(jvm.folder().resolve("temporary")).isEmptyDirectory();
    assertThat(jvm.folder()).isDirectoryNotContaining(file -> !file.endsWith("temporary"));
  }

  @Test
  void wrongUseIsExplained() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    List<List<String>> wrong =
        List.of(
            List.of(),
            List.of("--bogus"),
            List.of("--jar"),
            List.of("--vm-option", "-Xmx1g", "--", "java"),
            List.of("--jar", "/dev/null", "--logs"),
            List.of("--jar", "/dev/null", "--compress", "lz4"),
            List.of("--jar", "/dev/null", "--warmup", ""),
            List.of("--jar", "/dev/null", "--env", "NAME"),
            List.of("--jar", "/dev/null", "--env", "-u"),
            List.of("--jar", "/dev/null", "--name", "a/b"),
            List.of("--jar", "/dev/null", "--url", "http://user:word@localhost/"),
            List.of("--jar", "/dev/null", "--oci", "nonsense"),
            List.of("--jar", "/dev/null", "--oci", "oci://nonsense"),
            List.of("--jar", "/dev/null", "--time-limit", "soon"));
    for (List<String> options : wrong) {
      RunningProcess refused = run(build(jvm, options.toArray()), 125);
      assertThat(refused.stderr()).as(options.toString()).startsWith("crjvm: build: ");
    }
  }
}
