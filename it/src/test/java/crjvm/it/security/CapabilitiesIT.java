package crjvm.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.MountNamespace;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each program file holds one capability, and no process of the user ever holds one. */
@Tag("core")
class CapabilitiesIT {
  private static final String NONE = "0000000000000000";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @Test
  void helperHasOneCapabilityAndRestorerNone() throws Exception {
    assertThat(capabilitiesOf(Workbench.helper()))
        .isEqualTo(Workbench.helper() + " cap_checkpoint_restore=p");
    assertThat(capabilitiesOf(BENCH.restorer())).isEmpty();
    assertThat(capabilitiesOf(BENCH.product())).isEmpty();
  }

  private static String capabilitiesOf(Path file) throws Exception {
    Process process =
        new ProcessBuilder("/usr/sbin/getcap", "-r", file.toString())
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return text.strip();
  }

  @OnEachJdk
  void neitherJvmNorChildrenNorRestoredApplicationHoldACapability(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    RunningProcess original = jvm.start("at=http:" + jvm.url() + ",then=continue");
    // The capabilities are read all through the checkpoint, not only before and after it.
    TreeSet<String> seen = new TreeSet<>();
    Await.until(
        RunningProcess.LIMIT,
        "the image",
        () -> {
          // Before that, the process is the tests' own way to become another user.
          if (isJava(original.pid(), jdk)) {
            seen.add(capabilities(original.pid()));
          }
          return original.stderr().contains("image");
        },
        original::describe);
    assertThat(seen).containsExactly(NONE + " " + NONE + " " + NONE);
    assertNoCapabilities(original, jvm.port());
    assertThat(original.terminate()).isEqualTo(143);

    Checkpoint checkpoint = new Checkpoint(BENCH, jvm, original);
    assertNoCapabilities(checkpoint.restore(), jvm.port());
  }

  /** Gives the test a socket of its own for the system log, in a mount namespace. */
  @Test
  void eachDumpIsToldToTheSystemLog() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Path socket = BENCH.newFolder("log").resolve("log");
    try (ServerSocketChannel log = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      log.bind(UnixDomainSocketAddress.of(socket));
      User.ORDINARY.own(socket);
      RunningProcess original =
          MountNamespace.of(
                  jvm.command("at=http:" + jvm.url() + ",then=continue"), deviceFolder(socket))
              .start("checkpoint");
      original.awaitError("image ready: ");
      ByteBuffer line = ByteBuffer.allocate(1024);
      try (SocketChannel connection = log.accept()) {
        assertThat(connection.read(line)).isPositive();
      }
      assertThat(new String(line.array(), 0, line.position(), StandardCharsets.UTF_8))
          .containsPattern(
              "crjvm-helper\\[\\d+\\]: user %s dumps process %d"
                  .formatted(User.ORDINARY.number("-u"), original.pid()));
      assertThat(original.terminate()).isEqualTo(143);
    }
  }

  /** Returns a script that makes the devices that a JVM and CRIU need, and the log. */
  private static String deviceFolder(Path log) throws IOException {
    return """
        mount -t tmpfs -o mode=0755 crjvm-it '%1$s'
        for device in null zero full random urandom; do
            touch '%1$s'/$device
            mount --bind /dev/$device '%1$s'/$device
        done
        mkdir '%1$s/pts'
        mount --bind /dev/pts '%1$s/pts'
        ln -s '%2$s' '%1$s/log'
        mount --rbind '%1$s' /dev
        """
        .formatted(BENCH.newFolder("dev"), log)
        .strip();
  }

  private static boolean isJava(long pid, Jdk jdk) throws IOException {
    return Files.isSameFile(ProcFile.of(pid, "exe"), jdk.java());
  }

  private static void assertNoCapabilities(RunningProcess process, int port) throws IOException {
    assertThat(capabilities(process.pid())).isEqualTo(NONE + " " + NONE + " " + NONE);
    long child = Long.parseLong(Http.ask(port, "/child?seconds=300"));
    assertThat(capabilities(child)).isEqualTo(NONE + " " + NONE + " " + NONE);
  }

  private static String capabilities(long pid) throws IOException {
    return RunningProcess.status(pid, "CapPrm")
        + " "
        + RunningProcess.status(pid, "CapEff")
        + " "
        + RunningProcess.status(pid, "CapAmb");
  }
}
