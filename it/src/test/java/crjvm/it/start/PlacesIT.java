package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.guest.GuestDisk;
import crjvm.it.guest.GuestTools;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images, applications and environments that have moved or changed since the checkpoint. */
@Tag("variant")
class PlacesIT {
  private static final int UNUSABLE = 124;

  /** The offset of the machine in an ELF file, and two of its values. */
  private static final int ELF_MACHINE = 18;

  private static final int ELF_X86_64 = 62;
  private static final int ELF_AARCH64 = 183;
  private static final String NOBODY = "65534";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  /** The places of the image. IMAGE is its folder, HERE the place, WORK an empty folder. */
  private enum Place {
    READ_ONLY("mount --bind IMAGE HERE && mount -o remount,bind,ro HERE", " ro"),
    TMPFS("mount -t tmpfs -o mode=755 none HERE && cp -a IMAGE/. HERE", " - tmpfs "),
    OVERLAYFS(
        "mount -t tmpfs none WORK && mkdir WORK/upper WORK/work"
            + " && mount -t overlay -o lowerdir=IMAGE,upperdir=WORK/upper,workdir=WORK/work none HERE",
        " - overlay "),
    SQUASHFS("mount -t squashfs -o loop,ro WORK/picture HERE", " - squashfs "),
    NOEXEC("mount --bind IMAGE HERE && mount -o remount,bind,noexec HERE", "noexec");

    private final String mount;
    private final String proof;

    Place(String mount, String proof) {
      this.mount = mount;
      this.proof = proof;
    }
  }

  /**
   * Returns the command after a script that root runs in a mount namespace of the command's own.
   */
  private static Command after(String script, Command command) {
    Requirement.need(User.isRoot(), "only root can mount");
    return command.wrappedIn(
        "unshare", "--mount", "--uts", "sh", "-c", script + " && exec \"$@\"", "sh");
  }

  private static Command run(Checkpoint checkpoint, Object image) {
    return new Command(BENCH, checkpoint.jvm().folder())
        .add(BENCH.launcher(), "run", "--no-fallback", "--image", image);
  }

  @ParameterizedTest
  @EnumSource
  void imageOn(Place place) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path work = BENCH.newFolder("work");
    Path here = BENCH.newFolder("here");
    if (place == Place.SQUASHFS) {
      pack(checkpoint.image(), work.resolve("picture"));
    }
    String mount =
        place
            .mount
            .replace("IMAGE", checkpoint.image().toString())
            .replace("HERE", here.toString())
            .replace("WORK", work.toString());
    RunningProcess restored =
        checkpoint.await(after(mount, run(checkpoint, here).add("--verbose")).start("restore"));

    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(checkpoint.ask("/count")).isEqualTo("22");
    assertThat(Files.readAllLines(ProcFile.of(restored.pid(), "mountinfo")))
        .anyMatch(line -> line.contains(" " + here + " ") && line.contains(place.proof));
    List<String> mapped = mappings(restored, here.resolve("memory"));
    assertThat(mapped).isNotEmpty();
    boolean copied = place == Place.NOEXEC;
    assertThat(mapped.stream().anyMatch(line -> line.split(" +")[1].contains("x")))
        .isEqualTo(!copied);
    assertThat(restored.stderr().contains("crjvm: the image is mounted noexec: "))
        .isEqualTo(copied);
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static void pack(Path folder, Path file) throws IOException, InterruptedException {
    Path program = GuestTools.tools().resolve("usr/bin/mksquashfs");
    Requirement.need(Files.exists(program), "there is no \"" + program + "\"; run it/vm/setup");
    ProcessBuilder builder =
        new ProcessBuilder(
            program.toString(), folder.toString(), file.toString(), "-noD", "-noF", "-quiet");
    builder.environment().putAll(GuestDisk.libraries(GuestTools.tools()));
    assertThat(builder.inheritIO().start().waitFor()).isZero();
  }

  private static List<String> mappings(RunningProcess process, Path file) throws IOException {
    return Files.readAllLines(ProcFile.of(process.pid(), "maps")).stream()
        .filter(line -> line.endsWith(" " + file))
        .toList();
  }

  @OnEachJdk
  void movedImage(Jdk jdk) throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, jdk.require()).checkpoint();
    Path folder = BENCH.newFolder("moved");
    Path moved = Files.move(checkpoint.image(), folder.resolve("an \"image\" elsewhere"));
    checkpoint.await(run(checkpoint, moved).start("restore")).terminate();
    checkpoint.await(run(checkpoint, moved.getFileName()).in(folder).start("relative")).terminate();
    Path link = Files.createSymbolicLink(folder.resolve("link"), moved);
    RunningProcess restored = checkpoint.await(run(checkpoint, link).start("link"));
    assertThat(checkpoint.ask("/count")).isEqualTo("21");

    // The copy no longer reads files by name, so neither of these changes affects it.
    Path again = Files.move(moved, folder.resolve("again"));
    assertThat(checkpoint.ask("/pid").lines()).containsOnly(Long.toString(restored.pid()));
    Workbench.delete(again);
    assertThat(checkpoint.ask("/cwd").lines()).containsOnly(checkpoint.jvm().folder().toString());
    assertThat(checkpoint.ask("/count")).isEqualTo("22");
    assertThat(restored.terminate()).isEqualTo(143);
    assertThat(restored.stderr()).isEmpty();
  }

  @Test
  void launcherOnANoexecMount() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    String mount =
        "mount --bind PRODUCT PRODUCT && mount -o remount,bind,noexec PRODUCT"
            .replace("PRODUCT", BENCH.product().toString());
    // The launcher itself is a script, which the shell may still read.
    Command command =
        new Command(BENCH, checkpoint.jvm().folder())
            .add("sh", BENCH.launcher(), "run", "--no-fallback", "--image", checkpoint.image());
    RunningProcess refused = after(mount, command).run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
    assertThat(refused.stderr().lines()).hasSize(1);
    assertThat(refused.stderr())
        .contains("crjvm-restore\" can't be executed, as on a noexec mount");
  }

  /** A shell may take the other machine's program for a script. Linux says what it is since 6.1. */
  @Test
  void launcherOfAnotherProcessorStartsTheApplicationNormally() throws Exception {
    Requirement.need(
        Files.isReadable(Path.of("/proc/sys/kernel/arch")), "the kernel does not name its machine");
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path foreign = BENCH.newFolder("foreign").resolve("crjvm");
    Workbench.copy(BENCH.product(), foreign);
    Path launcher = foreign.resolve("bin/crjvm");
    String own = System.getProperty("os.arch");
    boolean isArm = own.equals("aarch64");
    Files.writeString(
        launcher,
        Files.readString(launcher)
            .replace(
                "_built_for='" + own + "'", "_built_for='" + (isArm ? "amd64" : "aarch64") + "'"));
    try (RandomAccessFile program =
        new RandomAccessFile(foreign.resolve("libexec/crjvm-restore").toFile(), "rw")) {
      program.seek(ELF_MACHINE);
      program.write(isArm ? ELF_X86_64 : ELF_AARCH64);
    }
    String cause = "this crjvm was built for another processor than this machine's (";
    RunningProcess started =
        checkpoint.await(
            new Command(BENCH, checkpoint.jvm().folder())
                .add(launcher, "run", "--image", checkpoint.image())
                .start("foreign"));
    assertThat(started.stderr()).hasLineCount(1).startsWith("crjvm: ").contains(cause);
    assertThat(checkpoint.ask("/count")).isEqualTo("1");
    assertThat(started.terminate()).isEqualTo(143);
  }

  @Test
  void nativeCodeOfTheApplicationOnANoexecMountIsRefusedByName() throws Exception {
    // The image would carry the library if it were in the folder of temporary files.
    Path folder = User.ORDINARY.own(Files.createTempDirectory(Path.of("/srv"), "crjvm-it-"));
    try {
      Path library = folder.resolve("libown.so");
      Checkpoint checkpoint = withNativeCode(library);
      String mount =
          "mount --bind FOLDER FOLDER && mount -o remount,bind,noexec FOLDER"
              .replace("FOLDER", folder.toString());
      RunningProcess refused = after(mount, run(checkpoint, checkpoint.image())).run("refused");
      assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(UNUSABLE);
      assertThat(refused.stderr().lines()).hasSize(1);
      assertThat(refused.stderr())
          .contains("the code of \"" + library + "\" can't be mapped", "without noexec");
    } finally {
      Workbench.delete(folder);
    }
  }

  private static Checkpoint withNativeCode(Path library) throws Exception {
    Jdk jdk = Jdk.any();
    Files.copy(BENCH.nativeLibrary(jdk), library);
    library.toFile().setReadable(true, false);
    return new TestJvm(BENCH, jdk)
        .vm("-Dcrjvm.it.native=" + library)
        .arguments("--exercises")
        .checkpoint();
  }

  /**
   * Uses a library that a process unpacks for itself and deletes when it ends. Each copy does the
   * same.
   */
  @Test
  @Tag("core")
  void unpackedNativeCodeIsCarried() throws Exception {
    Path library = BENCH.newFolder("unpacked").resolve("libown.so");
    Checkpoint checkpoint = withNativeCode(library);
    Files.delete(library);
    for (int i = 0; i < 2; i++) {
      RunningProcess restored = checkpoint.restore();
      checkpoint.ask("/exercise?name=native-code");
      assertThat(restored.terminate()).isEqualTo(143);
    }
  }

  @OnEachJdk
  @Tag("core")
  void movedApplication(Jdk jdk) throws Exception {
    Path before = BENCH.newFolder("before");
    Path jar = Files.createDirectory(before.resolve("lib")).resolve("own.jar");
    Files.copy(BENCH.application(), jar);
    Checkpoint checkpoint =
        new TestJvm(BENCH, jdk.require())
            .main("-jar", jar.toString())
            .arguments("--log", before.resolve("log").toString())
            .checkpoint();
    checkpoint.restore().terminate();
    Path after = BENCH.newFolder("after").resolve("application");
    Files.move(before, after);

    RunningProcess lost = checkpoint.command("--no-fallback").run("lost");
    assertThat(lost.awaitExit()).as(lost::describe).isEqualTo(UNUSABLE);
    assertThat(lost.stderr()).contains("\"" + jar + "\"");
    String map = before + "=" + after;
    RunningProcess restored = checkpoint.restore("--map", map);
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    // This loads a class out of the jar only now.
    assertThat(checkpoint.askLines("/pid")).containsOnly(Long.toString(restored.pid()));
    checkpoint.ask("/log?text=restored");
    assertThat(after.resolve("log")).hasContent("restored");
    assertThat(ProcFile.descriptors(restored.pid()))
        .contains(after.resolve("lib/own.jar").toString(), after.resolve("log").toString());
    assertThat(before).doesNotExist();
    assertThat(restored.terminate()).isEqualTo(143);

    RunningProcess normal =
        checkpoint.await(checkpoint.command("--no-restore", "--map", map).start("normal"));
    assertThat(checkpoint.ask("/args")).endsWith("--log " + after.resolve("log"));
    assertThat(normal.terminate()).isEqualTo(143);
  }

  @Test
  void newPlaceThatIsNotThereIsAnErrorAlsoWithAFallback() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    String nowhere = checkpoint.jvm().folder().resolve("nowhere").toString();
    RunningProcess error = checkpoint.command("--map", "/opt=" + nowhere).run("nowhere");
    assertThat(error.awaitExit()).as(error::describe).isEqualTo(UNUSABLE);
    assertThat(error.stderr().lines()).hasSize(1);
    assertThat(error.stderr()).contains("--map /opt", "\"" + nowhere + "\"");
  }

  @OnEachJdk
  void otherUserHostAddressesFolderAndHome(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Process chmod =
        new ProcessBuilder("chmod", "-R", "a+rX", checkpoint.image().toString()).start();
    assertThat(chmod.waitFor()).isZero();
    Path hosts = BENCH.newFolder("hosts").resolve("hosts");
    Files.writeString(hosts, "127.0.0.1 localhost\n192.0.2.7 elsewhere.invalid elsewhere\n");
    Path folder = BENCH.newFolder("folder");
    String script =
        "echo elsewhere >/proc/sys/kernel/hostname && mount --bind " + hosts + " /etc/hosts";
    RunningProcess restored =
        checkpoint.await(
            after(script, run(checkpoint, checkpoint.image()))
                .as(User.OTHER)
                .in(folder)
                .with("HOME", "/home/of/nobody")
                .start("restore"));
    assertThat(restored.status("Uid").split("\\s+")).containsOnly(NOBODY);
    assertThat(restored.status("Gid").split("\\s+")).containsOnly(NOBODY);
    assertThat(checkpoint.ask("/hostname")).startsWith("elsewhere");
    assertThat(checkpoint.ask("/resolve?name=elsewhere")).isEqualTo("192.0.2.7");
    assertThat(checkpoint.askLines("/cwd")).containsOnly(folder.toString());
    for (String way : List.of("/env", "/env-map", "/child-env")) {
      assertThat(checkpoint.ask(way + "?name=HOME")).as(way).isEqualTo("/home/of/nobody");
    }
    assertThat(checkpoint.ask("/property?name=user.name")).isEqualTo("nobody");
    assertThat(checkpoint.ask("/property?name=user.home")).isEqualTo(homeOf("nobody"));
    assertThat(restored.terminate()).isEqualTo(143);
    assertThat(restored.stderr()).isEmpty();
  }

  private static String homeOf(String user) throws IOException {
    return Files.readAllLines(Path.of("/etc/passwd")).stream()
        .map(line -> line.split(":", -1))
        .filter(fields -> fields[0].equals(user))
        .map(fields -> fields[5])
        .findFirst()
        .orElseThrow();
  }

  @Test
  void portThatIsTakenOrUnknownIsAnErrorAlsoWithAFallback() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path ports = checkpoint.jvm().folder().resolve("ports");
    try (ServerSocket taken =
        new ServerSocket(FreePort.find(), 1, InetAddress.getLoopbackAddress())) {
      List<String> options = new ArrayList<>();
      options.add(checkpoint.port() + "=" + taken.getLocalPort());
      options.add((checkpoint.port() + 1) + "=0");
      List<String> causes =
          List.of("port " + taken.getLocalPort() + " is taken", "the image does not listen there");
      for (int i = 0; i < options.size(); i++) {
        Files.writeString(ports, "of an earlier start\n");
        User.ORDINARY.own(ports);
        RunningProcess error =
            checkpoint.command("--listen", options.get(i), "--port-file", "ports").run("error");
        assertThat(error.awaitExit()).as(error::describe).isEqualTo(UNUSABLE);
        assertThat(error.stderr().lines()).as(error::describe).hasSize(1);
        assertThat(error.stderr()).contains(causes.get(i)).doesNotContain("normally");
        assertThat(error.stdout()).isEmpty();
        assertThat(ports).doesNotExist();
      }
    }
  }

  @Test
  void otherAddressOfThePort() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RunningProcess restored =
        checkpoint
            .command("--no-fallback", "--listen")
            .add("127.0.0.1:" + checkpoint.port() + "=127.0.0.2:0", "--port-file", "ports")
            .start("restore");
    restored.awaitError("crjvm: listening: ");
    Path ports = checkpoint.jvm().folder().resolve("ports");
    int port = Integer.parseInt(Files.readString(ports).strip().split("=", 2)[1]);
    assertThat(restored.stderr()).isEqualTo("crjvm: listening: " + Files.readString(ports));
    assertThat(answer("127.0.0.2", port)).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n21");
    assertThatThrownBy(() -> answer("127.0.0.1", port)).isInstanceOf(ConnectException.class);
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static String answer(String address, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout((int) RunningProcess.LIMIT.toMillis());
      socket.connect(new InetSocketAddress(address, port), (int) RunningProcess.LIMIT.toMillis());
      socket
          .getOutputStream()
          .write(
              "GET /count HTTP/1.1\r\nConnection: close\r\nHost: x\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
