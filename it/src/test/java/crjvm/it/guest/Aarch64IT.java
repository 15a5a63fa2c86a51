package crjvm.it.guest;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.registry.RegistryServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * crjvm on 64-bit ARM: the distribution for it is built here, and runs in a guest with such a
 * processor.
 */
@Tag("arm64")
class Aarch64IT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** A checkpoint takes some two minutes of an emulated processor. */
  private static final Duration LIMIT = Duration.ofMinutes(15);

  /** The output of a script whose application has answered and was then ended. */
  private static final String ENDED = "4\ntest application: stopped\n143\n";

  private static final int PORT = FreePort.find();
  private static final String URL = "http://127.0.0.1:" + PORT + "/";
  private static Path images;
  private static Path product;
  private static Path packedEngine;

  /** The first guest, whose processor has all that qemu knows: the images are made there. */
  private static VirtualMachine first;

  @BeforeAll
  static void build() throws Exception {
    Kernel.ARM64_TRIXIE.require();
    Path folder = BENCH.newFolder("aarch64");
    product = folder.resolve("crjvm");
    images = BENCH.newFolder("images");
    packedEngine = folder.resolve("criu.tar");
    String path = GuestTools.arm64().resolve("tools/bin") + ":" + System.getenv("PATH");
    Path source = Workbench.source("../launcher/build-for");
    succeed(new Command(BENCH, folder).as(User.ROOT).with("PATH", path).add(source, "aarch64"));
    succeed(
        new Command(BENCH, folder)
            .as(User.ROOT)
            .add("cp", "-a", source.resolveSibling("target/crjvm-aarch64"), product));
    packEngine(folder);
    first = boot("max");
  }

  /** Packs Debian's criu for the guest as {@code setup --pack-criu} does it there. */
  private static void packEngine(Path folder) throws Exception {
    Path engine = Files.createDirectories(folder.resolve("engine/lib")).getParent();
    Files.createDirectory(engine.resolve("copyright"));
    Path root = GuestTools.arm64().resolve("guest");
    Files.copy(root.resolve("usr/sbin/criu"), engine.resolve("criu"));
    Files.copy(root.resolve("usr/share/doc/criu/copyright"), engine.resolve("copyright/criu"));
    try (Stream<Path> libraries = Files.list(root.resolve("usr/lib/aarch64-linux-gnu"))) {
      for (Path library : libraries.filter(Aarch64IT::belongsToEngine).toList()) {
        Files.copy(library, engine.resolve("lib").resolve(library.getFileName()));
      }
    }
    succeed(
        new Command(BENCH, folder)
            .as(User.ROOT)
            .add("tar", "-C", engine, "-cf", packedEngine, "criu", "lib", "copyright"));
  }

  private static boolean belongsToEngine(Path library) {
    String name = library.getFileName().toString();
    return Stream.of("libprotobuf-c", "libnl-3", "libnet", "libbsd", "libmd", "libnftables")
        .anyMatch(name::startsWith);
  }

  private static void succeed(Command command) throws Exception {
    var process = command.run("prepare");
    assertThat(process.awaitExit()).as(process::describe).isZero();
  }

  /** Boots a guest in which crjvm is set up by the commands of the README. */
  private static VirtualMachine boot(String cpu) throws Exception {
    VirtualMachine machine = boot(Kernel.ARM64_TRIXIE, cpu);
    machine
        .run(User.ROOT, product + "/setup --criu " + packedEngine + " </dev/null")
        .expectSuccess();
    return machine;
  }

  /** Boots a guest with the images that were brought back, which can only run them. */
  private static VirtualMachine boot(Kernel kernel, String cpu) throws Exception {
    return VirtualMachine.with(kernel)
        .cpu(cpu)
        .cpus(1)
        .memory(2048)
        .files(product, packedEngine, images, BENCH.application())
        .boot(cpu.replace(',', '-') + "-" + kernel.name(), BENCH);
  }

  @AfterAll
  static void stop() {
    if (first != null) {
      first.close();
    }
  }

  private static Path imageOf(int jdk) {
    return images.resolve("image-" + jdk);
  }

  /** Returns a script that makes an image of the test application, as an ordinary user. */
  private static String checkpoint(int jdk) {
    return """
        set -eu
        cd "$(mktemp -d)"
        export JAVA_HOME=/usr/lib/jvm/java-${jdk}-openjdk-arm64
        timeout 900 "$JAVA_HOME/bin/java" -Xmx96m -XX:TieredStopAtLevel=1 \
            -javaagent:${product}/crjvm.jar=image=${image},at=http:${url},warmup=${url}count*3 \
            -jar ${application} --port ${port} 2>&1
        """
        .replace("${jdk}", Integer.toString(jdk))
        .replace("${product}", product.toString())
        .replace("${image}", imageOf(jdk).toString())
        .replace("${url}", URL)
        .replace("${application}", BENCH.application().toString())
        .replace("${port}", Integer.toString(PORT));
  }

  /** Returns a script that restores the image, asks it and ends it. */
  private static String restore(Path image) {
    return """
        set -eu
        ask() { timeout 300 curl -sS -f "${url}$1" 2>>curl.log; }
        cd "$(mktemp -d)"
        timeout -k 60 300 setpriv --no-new-privs ${launcher} run --no-fallback --image ${image} >output 2>&1 &
        pid=$!
        until ask '' >/dev/null; do
            kill -0 $pid 2>/dev/null || { status=0; wait $pid || status=$?; cat output; exit $status; }
            sleep 0.1
        done
        ask count; echo
        kill $pid
        status=0
        wait $pid || status=$?
        cat output
        echo $status
        """
        .replace("${url}", URL)
        .replace("${launcher}", product + "/bin/crjvm")
        .replace("${image}", image.toString());
  }

  /** The images that are there already, because the methods have no order. */
  private static final Set<Integer> MADE = new TreeSet<>();

  private static Path image(int jdk) throws Exception {
    if (MADE.add(jdk)) {
      VirtualMachine.Answer made = first.run(User.ORDINARY, LIMIT, checkpoint(jdk));
      assertThat(made.output()).contains("crjvm: image ready: ");
    }
    return imageOf(jdk);
  }

  @ParameterizedTest
  @ValueSource(ints = {25, 17, 21})
  void anOrdinaryUserMakesAnImageAndStartsFromIt(int jdk) throws Exception {
    assertThat(first.run(User.ORDINARY, LIMIT, restore(image(jdk))).expectSuccess())
        .isEqualTo(ENDED);
  }

  /** The image is made on a processor with pointer authentication and SVE. */
  @ParameterizedTest
  @CsvSource({
    "ARM64_FORKY, max, 0, ''",
    "ARM64_TRIXIE, neoverse-n1, 124, the CPU lacks ",
    "ARM64_TRIXIE, 'max,pauth-qarma3=on', 124, pointer authentication",
    "ARM64_TRIXIE, 'max,sve-max-vq=1', 124, vector"
  })
  void theImageRunsOnOtherMachines_OrWhatTheyLackIsNamed(
      Kernel kernel, String cpu, int status, String cause) throws Exception {
    Path image = broughtBack(image(25));
    try (VirtualMachine guest = boot(kernel, cpu)) {
      VirtualMachine.Answer answer = guest.run(User.ORDINARY, LIMIT, restore(image));
      assertThat(answer.status()).as(answer.output()).isEqualTo(status);
      if (status == 0) {
        assertThat(answer.output()).isEqualTo(ENDED);
      } else {
        assertThat(answer.output())
            .hasLineCount(1)
            .startsWith("crjvm: cannot restore ")
            .contains(cause);
      }
    }
  }

  private static Path broughtBack(Path image) throws Exception {
    if (!Files.exists(image)) {
      first.bringBack(image);
    }
    return image;
  }

  @Test
  void theMachineIsNamedWhereAnImageIsOfAnother() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    try (VirtualMachine guest =
        VirtualMachine.with(Kernel.ARM64_TRIXIE)
            .cpus(1)
            .files(product, checkpoint.image())
            .boot("other", BENCH)) {
      VirtualMachine.Answer answer = guest.run(User.ORDINARY, restore(checkpoint.image()));
      assertThat(answer.status()).isEqualTo(124);
      assertThat(answer.output())
          .hasLineCount(1)
          .contains("the image is for x86-64, and this machine is 64-bit ARM");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"native", "java"})
  void anImageIsLookedAtAndSentOnAnotherMachine_AndNotStarted(String program) throws Exception {
    Path image = broughtBack(image(25));
    Path folder = BENCH.newFolder("there-" + program);
    Path copy = folder.resolve("image");
    RegistryServer registry = RegistryServer.start(BENCH);
    String place = "oci://" + registry.place("aarch64-" + program + ":1");
    String packed = folder.resolve("image.tar").toString();
    assertThat(here(program, folder, 0, "inspect", image)).contains("aarch64");
    assertThat(here(program, folder, 0, "inspect", "--json", image)).contains("\"aarch64\"");
    here(program, folder, 0, "pack", image, packed);
    here(program, folder, 0, "unpack", packed, folder.resolve("unpacked"));
    here(program, folder, 0, "push", image, place);
    assertThat(here(program, folder, 1, "pull", place, copy)).contains("fits this machine");
    here(program, folder, 0, "pull", "--any", place, copy);
    assertThat(here(program, folder, 124, "run", "--no-fallback", "--image", copy))
        .contains("the image is for 64-bit ARM (aarch64), and this machine is x86-64");
  }

  /** Runs a command of the distribution for this machine. Returns what it has said. */
  private static String here(String program, Path folder, int status, Object... words)
      throws Exception {
    RunningProcess process =
        new Command(BENCH, folder)
            .with("HOME", folder.toString())
            .with("JAVA_HOME", Jdk.any().home().toString())
            .with("CRJVM_TRANSFER", program)
            .add(BENCH.launcher())
            .add(words)
            .run("here");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(status);
    return process.stdout() + process.stderr();
  }
}
