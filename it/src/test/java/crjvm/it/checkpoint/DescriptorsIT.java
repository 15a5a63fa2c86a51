package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Open descriptors and memory in an image. In every copy they are what they were, and no other copy
 * shares them. An object that an image can't carry is named before the dump, and the application
 * runs on.
 */
@BesideOthers
@Tag("core")
class DescriptorsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final List<String> CARRIED =
      List.of(
          "deleted-file",
          "deleted-mapped-file",
          "large-deleted-file",
          "nameless-file",
          "folder",
          "memfd",
          "mapped-zero",
          "full-pipe",
          "full-socketpair",
          "epoll",
          "connected-datagrams",
          "port-group",
          "held-locks",
          "waited-lock",
          "waited-robust-lock",
          "waited-recursive-lock",
          "held-numbers");

  /** Memory that was marked with madvise or similar calls. Older kernels lack some of the last. */
  private static final List<String> ADVISED =
      List.of(
          "wiped-memory",
          "unforked-memory",
          "undumped-memory",
          "sequential-memory",
          "scattered-memory",
          "mergeable-memory",
          "huge-memory",
          "small-memory",
          "unreserved-memory",
          "downward-memory",
          "locked-memory",
          "late-locked-memory",
          "guarded-memory",
          "droppable-memory");

  /** The message about each descriptor. FOLDER is the application's folder. */
  private static final Map<String, String> REFUSED = new LinkedHashMap<>();

  static {
    REFUSED.put("netlink-socket", "a netlink socket");
    REFUSED.put("vsock", "a socket to the hypervisor (AF_VSOCK)");
    REFUSED.put("mptcp-socket", "an MPTCP socket");
    REFUSED.put("terminal", "the terminal \"/dev/ptmx\"");
    REFUSED.put("process", "a handle of a process (pidfd)");
    REFUSED.put("fanotify", "a fanotify group");
    REFUSED.put("userfaultfd", "a userfaultfd");
    REFUSED.put("perf-event", "a performance counter (perf_event_open)");
    REFUSED.put("io-uring", "an io_uring");
    REFUSED.put("named-pipe", "the named pipe \"FOLDER/fifo\"");
    REFUSED.put(
        "linked-file",
        "the file \"FOLDER/linked (deleted)\" (deleted while it has other names, or out of reach)");
    REFUSED.put("deleted-folder", "the deleted folder \"FOLDER/emptied (deleted)\"");
    REFUSED.put("message", "a unix socket with a message that nobody has received yet");
    REFUSED.put(
        "connection", "a unix socket that is connected to another process (\"FOLDER/socket\")");
    REFUSED.put("semaphore", "an eventfd that counts as a semaphore");
    REFUSED.put("stream-poller", "an epoll that watches the standard stream 0");
    REFUSED.put("lease", "the file \"FOLDER/leased\" with a lease");
    REFUSED.put("signalling-pipe", "a pipe that sends signals when it is ready (F_SETOWN)");
  }

  /** The messages about objects that are not descriptors: the whole line after the first colon. */
  private static final Map<String, String> REFUSED_MEMORY =
      Map.of(
          "segment",
          "memory at [0-9a-f]+ is System V shared memory \\(shmat\\) \\(\"/SYSV.*\"\\), which can't"
              + " be in an image; release it before the checkpoint",
          "aio-context",
          "memory at [0-9a-f]+ is a queue of asynchronous I/O \\(io_setup\\) \\(\"/\\[aio\\].*\"\\),"
              + " which can't be in an image; release it before the checkpoint",
          "interval-timer",
          "the process has a native timer .*; stop it before the checkpoint",
          "timer",
          "the process has a native timer .*; stop it before the checkpoint",
          "timed-robust-lock",
          "thread [0-9]+ waits for a lock of native code .* and has its id in a register, which.*");

  private static final String WATCHED =
      "memory at [0-9a-f]+ is watched by a userfaultfd, which can't be in an image; release it.*";

  private static TestJvm jvm(Jdk jdk) throws Exception {
    return new TestJvm(BENCH, jdk.require()).withObjects();
  }

  private static RunningProcess start(TestJvm jvm) throws IOException {
    RunningProcess process = jvm.start("at=api,then=continue,quiet=off");
    Http.awaitAnswer(process, jvm.port(), "/");
    return process;
  }

  private static int make(TestJvm jvm, String name) throws IOException {
    int descriptor = Integer.parseInt(Http.ask(jvm.port(), "/make?" + name));
    Requirement.need(descriptor >= 0, name + " can't be made here: error " + -descriptor);
    return descriptor;
  }

  private static void drop(TestJvm jvm, String name, int descriptor) throws IOException {
    Http.ask(jvm.port(), "/drop?" + name + ":" + descriptor);
  }

  @OnEachJdk
  void whatNoImageHoldsIsNamed(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk);
    Path socket = jvm.folder().resolve("socket");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxrwx"));
      RunningProcess process = start(jvm);
      for (Map.Entry<String, String> object : REFUSED.entrySet()) {
        int descriptor = make(jvm, object.getKey());
        String name = object.getValue().replace("FOLDER", jvm.folder().toString());
        assertThat(Http.ask(jvm.port(), "/checkpoint"))
            .as(object.getKey())
            .isEqualTo(
                "checkpoint failed: descriptor %d is %s, which can't be in an image;"
                        .formatted(descriptor, name)
                    + " close it before the checkpoint");
        drop(jvm, object.getKey(), descriptor);
      }
      for (Map.Entry<String, String> object : REFUSED_MEMORY.entrySet()) {
        int descriptor = make(jvm, object.getKey());
        assertThat(Http.ask(jvm.port(), "/checkpoint"))
            .matches("checkpoint failed: " + object.getValue());
        drop(jvm, object.getKey(), descriptor);
      }
      for (String kind : List.of("missing-watched", "minor-watched")) {
        int descriptor = make(jvm, kind);
        assertThat(Http.ask(jvm.port(), "/checkpoint"))
            .as(kind)
            .matches("checkpoint failed: " + WATCHED);
        drop(jvm, kind, descriptor);
      }
      // A kernel may have been built without them.
      if (Http.ask(jvm.port(), "/make?huge-page").equals("0")) {
        assertThat(Http.ask(jvm.port(), "/checkpoint"))
            .matches("checkpoint failed: memory at [0-9a-f]+ is huge pages \\(\"/anon_hugepage.*");
        drop(jvm, "huge-page", 0);
      }
      // Linux 6.10 and later have it.
      if (Http.ask(jvm.port(), "/make?sealed-memory").equals("0")) {
        assertThat(Http.ask(jvm.port(), "/checkpoint"))
            .matches("checkpoint failed: memory at [0-9a-f]+ is sealed \\(mseal\\), which can't.*");
      }
      assertThat(jvm.image()).doesNotExist();
      assertThat(process.terminate()).isEqualTo(143);
    }
  }

  @OnEachJdk
  void whatImagesCarryIsAsItWasInEveryCopy(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk);
    try (DatagramSocket echo = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Files.writeString(jvm.folder().resolve("port"), Integer.toString(echo.getLocalPort()));
      Thread answering = new Thread(() -> answer(echo));
      answering.setDaemon(true);
      answering.start();
      RunningProcess process = start(jvm);
      for (String name : CARRIED) {
        make(jvm, name);
      }
      assertThat(Http.ask(jvm.port(), "/checkpoint")).isEqualTo("ok");
      Checkpoint checkpoint = new Checkpoint(BENCH, jvm, process);
      List<Integer> ports = List.of(FreePort.find(), FreePort.find());
      List<RunningProcess> copies = new ArrayList<>();
      for (int port : ports) {
        copies.add(
            checkpoint
                .command("--no-fallback", "--listen", jvm.port() + "=" + port)
                .start("restore"));
      }
      for (int i = 0; i < 2; i++) {
        Http.awaitAnswer(copies.get(i), ports.get(i), "/");
      }
      for (String name : CARRIED) {
        // Both copies check at the same time, so that each would see the other's writes.
        CompletableFuture<String> first = check(ports.get(0), name);
        assertThat(check(ports.get(1), name).join()).as(name).isEqualTo("ok");
        assertThat(first.join()).as(name).isEqualTo("ok");
        assertThat(check(jvm.port(), name).join()).as("the original's " + name).isEqualTo("ok");
      }
      for (RunningProcess copy : copies) {
        assertThat(copy.terminate()).isEqualTo(143);
      }
    }
  }

  /** Compares the flags of smaps and the content, in the original and in a copy. */
  @OnEachJdk
  void memoryIsWhatTheKernelWasToldOfIt(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk);
    RunningProcess process = start(jvm);
    List<String> made = new ArrayList<>();
    for (String name : ADVISED) {
      if (Http.ask(jvm.port(), "/make?" + name).equals("0")) {
        made.add(name);
      }
    }
    assertThat(made)
        .contains("wiped-memory", "unforked-memory", "undumped-memory")
        .contains("unreserved-memory", "downward-memory", "locked-memory", "late-locked-memory");
    assertThat(Http.ask(jvm.port(), "/checkpoint")).isEqualTo("ok");
    for (String name : made) {
      assertThat(check(jvm.port(), name).join()).as("the original's " + name).isEqualTo("ok");
    }
    assertThat(process.terminate()).isEqualTo(143);
    RunningProcess copy = new Checkpoint(BENCH, jvm, process).restore();
    for (String name : made) {
      assertThat(check(jvm.port(), name).join()).as(name).isEqualTo("ok");
    }
    assertThat(copy.terminate()).isEqualTo(143);
  }

  private static CompletableFuture<String> check(int port, String name) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return Http.ask(port, "/check?" + name);
          } catch (IOException e) {
            return e.toString();
          }
        });
  }

  private static void answer(DatagramSocket socket) {
    DatagramPacket packet = new DatagramPacket(new byte[64], 64);
    try {
      while (true) {
        packet.setLength(64);
        socket.receive(packet);
        socket.send(packet);
      }
    } catch (IOException e) {
      // The server is closed at the end of the test.
    }
  }

  /** Uses duplicates as {@code exec 3>&1} makes them, or as a supervisor leaves them open. */
  @Test
  void duplicatesOfStreamsLeadToTheNewStreams() throws Exception {
    TestJvm jvm =
        new TestJvm(BENCH, Jdk.any())
            .under(
                "bash",
                "-c",
                "exec 6>&1; \"$@\" 3>&6 4>&1 >&6 6>&- 5</dev/null | cat >/dev/null",
                "bash");
    Checkpoint checkpoint = jvm.checkpoint();
    assertThat(checkpoint.process().messages())
        .contains(
            "crjvm: descriptor 4 is a pipe to another process; restored processes find its other"
                + " end closed");
    RunningProcess restored = checkpoint.restore();
    Path descriptors = ProcFile.of(restored.pid(), "fd");
    assertThat(descriptors.resolve("3").toRealPath())
        .isEqualTo(descriptors.resolve("1").toRealPath());
    assertThat(descriptors.resolve("5").toRealPath()).isEqualTo(Path.of("/dev/null"));
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @Test
  void devicesOfAnotherMountNamespaceAreOpenedAnew() throws Exception {
    Requirement.need(User.isRoot(), "only root can make a mount namespace");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    Checkpoint checkpoint =
        jvm.checkpoint(inherits(jvm, "10</dev/null 12>&1", "http:" + jvm.url()));
    RunningProcess restored = checkpoint.restore();
    Path descriptors = ProcFile.of(restored.pid(), "fd");
    assertThat(descriptors.resolve("10").toRealPath()).isEqualTo(Path.of("/dev/null"));
    assertThat(descriptors.resolve("12").toRealPath())
        .isEqualTo(descriptors.resolve("1").toRealPath());
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @Test
  void inheritedFilesAreNamedWithTheWordThatClosesThem() throws Exception {
    Requirement.need(User.isRoot(), "only root can make a mount namespace");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process = inherits(jvm, "10</etc/passwd 11</dev/full", "http:" + jvm.url());
    process.awaitError("checkpoint failed");
    assertThat(process.messages())
        .contains(
            "crjvm: checkpoint failed: descriptor 10 is the file \"/etc/passwd\" of another mount"
                + " namespace, which can't be in an image; close it at the start (10>&-)");
    assertThat(Http.ask(jvm.port(), "/")).isEqualTo("ok");
    assertThat(process.terminate()).isEqualTo(143);
  }

  /** Starts the JVM in a mount namespace of its own, with descriptors from outside of it. */
  private static RunningProcess inherits(TestJvm jvm, String redirections, String warmPoint)
      throws IOException {
    return jvm.command("image=" + jvm.image() + ",at=" + warmPoint)
        .wrappedIn(
            "bash",
            "-c",
            "exec unshare --mount --propagation private \"$@\" " + redirections,
            "bash")
        .start("checkpoint");
  }
}
