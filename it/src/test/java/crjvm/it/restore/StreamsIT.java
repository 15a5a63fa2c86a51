package crjvm.it.restore;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Standard streams are the launcher's, whatever they are, and not those of the checkpoint. */
@BesideOthers
@Tag("core")
class StreamsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  @OnEachJdk
  void pipesAreReadAndWritten(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess restored =
        checkpoint.await(checkpoint.command("--no-fallback").input(Redirect.PIPE).start("restore"));
    try (OutputStream input = restored.process().getOutputStream()) {
      input.write("a line\n".getBytes(StandardCharsets.UTF_8));
      input.flush();
      assertThat(checkpoint.ask("/read-line")).isEqualTo("a line");
    }
    assertThat(checkpoint.ask("/read-line")).isEqualTo("END");
  }

  @OnEachJdk
  void filesAreReadAndAppendedTo(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Path input = Files.writeString(checkpoint.jvm().folder().resolve("input"), "from a file\n");
    RunningProcess restored =
        checkpoint.await(
            checkpoint
                .command("--no-fallback")
                .input(Redirect.from(input.toFile()))
                .start("restore"));
    assertThat(checkpoint.ask("/read-line")).isEqualTo("from a file");
    assertThat(checkpoint.ask("/read-line")).isEqualTo("END");
    assertThat(checkpoint.ask("/print?text=hello")).isEqualTo("printed, errors: false false");
    assertThat(restored.stdout()).contains("out:hello");
    assertThat(restored.stderr()).contains("err:hello");
    assertThat(restored.stdout()).doesNotContain("test application: listening");
  }

  @OnEachJdk
  void closedStreamsStayClosed(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    RunningProcess restored =
        checkpoint.await(
            new Command(BENCH, checkpoint.jvm().folder())
                .add("sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh")
                .add(BENCH.launcher(), "run", "--no-fallback", "--image", checkpoint.image())
                .start("restore"));
    // The connection of a request gets the lowest free number, and is closed after the answer.
    Path descriptors = ProcFile.of(restored.pid(), "fd");
    Await.until(
        RunningProcess.LIMIT,
        "closed streams",
        () ->
            Stream.of("0", "1", "2")
                .noneMatch(fd -> Files.exists(descriptors.resolve(fd), NOFOLLOW_LINKS)));
    assertThat(checkpoint.ask("/print?text=nobody")).isEqualTo("printed, errors: true true");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  void socketsAreWrittenTo(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(30_000);
      String redirect = "exec \"$@\" >/dev/tcp/localhost/" + server.getLocalPort();
      Command command =
          new Command(BENCH, checkpoint.jvm().folder())
              .add("bash", "-c", redirect, "bash")
              .add(BENCH.launcher(), "run", "--no-fallback", "--image", checkpoint.image());
      RunningProcess restored = command.start("restore");
      try (Socket socket = server.accept();
          InputStream in = socket.getInputStream()) {
        socket.setSoTimeout(30_000);
        checkpoint.await(restored);
        checkpoint.ask("/print?text=socket");
        assertThat(new String(in.readNBytes(10), StandardCharsets.UTF_8)).isEqualTo("out:socket");
      }
    }
  }

  /**
   * Uses {@code script}, which gives its command a new terminal and passes its own input on as if
   * typed.
   */
  @OnEachJdk
  void terminalIsTheControllingOneAndInterrupts(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Path record = checkpoint.jvm().folder().resolve("terminal");
    String line = "exec " + BENCH.launcher() + " run --no-fallback --image " + checkpoint.image();
    RunningProcess script =
        new Command(BENCH, checkpoint.jvm().folder())
            .with("SHELL", "/bin/sh")
            .add("script", "--quiet", "--flush", "--return", "--command", line, record)
            .input(Redirect.PIPE)
            .start("restore");
    checkpoint.await(script);
    long pid = Long.parseLong(checkpoint.askLines("/pid").get(0));
    assertThat(ProcFile.of(pid, "fd/0").toRealPath().toString()).startsWith("/dev/pts/");
    OutputStream keyboard = script.process().getOutputStream();
    keyboard.write("typed\n".getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
    assertThat(checkpoint.ask("/read-line")).isEqualTo("typed");
    checkpoint.ask("/print?text=terminal");
    keyboard.write(3); // The byte 3 is Ctrl-C.
    keyboard.flush();
    assertThat(script.awaitExit()).as(script::describe).isEqualTo(130);
    assertThat(Files.readString(record)).contains("out:terminal", "test application: stopped");
  }

  @OnEachJdk
  void checkpointOnATerminalGivesTheTerminalBack(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Path record = jvm.folder().resolve("terminal");
    String options = "image=" + jvm.image() + ",at=http:" + jvm.url() + ",then=continue";
    String line =
        String.join(
                " ", "exec", jdk.java().toString(), "-javaagent:" + BENCH.agent() + "=" + options)
            + " -jar "
            + BENCH.application()
            + " --port "
            + jvm.port();
    RunningProcess script =
        new Command(BENCH, jvm.folder())
            .with("SHELL", "/bin/sh")
            .add("script", "--quiet", "--flush", "--return", "--command", line, record)
            .input(Redirect.PIPE)
            .start("checkpoint");
    Await.until(
        RunningProcess.LIMIT,
        "the image",
        () -> Files.exists(jvm.image().resolve("manifest")),
        script::describe);
    OutputStream keyboard = script.process().getOutputStream();
    keyboard.write("typed\n".getBytes(StandardCharsets.UTF_8));
    keyboard.flush();
    assertThat(Http.ask(jvm.port(), "/read-line")).isEqualTo("typed");
    Http.ask(jvm.port(), "/print?text=original");
    keyboard.write(3);
    keyboard.flush();
    assertThat(script.awaitExit()).as(script::describe).isEqualTo(130);
    assertThat(Files.readString(record)).contains("out:original");
    RunningProcess restored = new Checkpoint(BENCH, jvm, script).restore();
    assertThat(restored.terminate()).isEqualTo(143);
  }
}
