package crjvm.it.guest;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The distribution for 64-bit ARM, which is built here, with guests of such processors and scripts
 * for them. The scripts are for JDKs by their number.
 */
final class ArmProduct {
  /** A checkpoint takes some two minutes of an emulated processor. */
  static final Duration LIMIT = Duration.ofMinutes(15);

  /** The end of the output of an application that has answered and was then ended. */
  static final String STOPPED = "test application: stopped\n143\n";

  private static final Pattern C_LIBRARY =
      Pattern.compile(
          "lib(c|m|dl|rt|anl|nsl|util|resolv|pthread|mvec|thread_db|nss_\\w+|BrokenLocale)\\.so");

  private final Workbench bench;
  private final Path product;
  private final Path packedEngine;

  /** The folder for images, which guests have at the same path. */
  private final Path images;

  private final int port = FreePort.find();
  private final String url = "http://127.0.0.1:" + port + "/";

  private ArmProduct(Workbench bench, Path folder, Path images) {
    this.bench = bench;
    this.images = images;
    product = folder.resolve("crjvm");
    packedEngine = folder.resolve("criu.tar");
  }

  static ArmProduct build(Workbench bench) throws Exception {
    Kernel.ARM64_TRIXIE.require();
    Path folder = bench.newFolder("aarch64");
    ArmProduct made = new ArmProduct(bench, folder, bench.newFolder("images"));
    String path = tools() + ":" + System.getenv("PATH");
    Path source = Workbench.source("../launcher/build-for");
    succeed(new Command(bench, folder).as(User.ROOT).with("PATH", path).add(source, "aarch64"));
    succeed(
        new Command(bench, folder)
            .as(User.ROOT)
            .add("cp", "-a", source.resolveSibling("target/crjvm-aarch64"), made.product));
    made.packEngine(folder);
    return made;
  }

  private static Path tools() {
    return GuestTools.arm64().resolve("tools/bin");
  }

  /** Packs Debian's criu for the guest as {@code setup --pack-criu} does it there. */
  private void packEngine(Path folder) throws Exception {
    Path engine = Files.createDirectories(folder.resolve("engine/lib")).getParent();
    Files.createDirectory(engine.resolve("copyright"));
    Path root = GuestTools.arm64().resolve("engine");
    Files.copy(root.resolve("usr/sbin/criu"), engine.resolve("criu"));
    Files.copy(root.resolve("usr/share/doc/criu/copyright"), engine.resolve("copyright/criu"));
    try (Stream<Path> libraries = Files.list(root.resolve("usr/lib/aarch64-linux-gnu"))) {
      for (Path library : libraries.filter(ArmProduct::belongsToEngine).toList()) {
        Files.copy(library, engine.resolve("lib").resolve(library.getFileName()));
      }
    }
    succeed(
        new Command(bench, folder)
            .as(User.ROOT)
            .add("tar", "-C", engine, "-cf", packedEngine, "criu", "lib", "copyright"));
  }

  /** The C library is the guest's. */
  private static boolean belongsToEngine(Path library) {
    String name = library.getFileName().toString();
    return name.startsWith("lib") && name.contains(".so.") && !C_LIBRARY.matcher(name).lookingAt();
  }

  private static void succeed(Command command) throws Exception {
    var process = command.run("prepare");
    assertThat(process.awaitExit()).as(process::describe).isZero();
  }

  /** Tests the C code of a program for the guests, with an emulator of programs. */
  void testCode(String program) throws Exception {
    Path folder = Workbench.source("../launcher").resolve(program);
    succeed(
        new Command(bench, product.getParent())
            .as(User.ROOT)
            .with("PATH", tools() + ":" + System.getenv("PATH"))
            .add("make", "-s", "-C", folder, "ARCH=aarch64", "test"));
  }

  /** Builds a library of a C source for the guests, and returns its file beside the product. */
  Path library(Path source, String... options) throws Exception {
    Path made = product.resolveSibling(source.getFileName().toString().replace(".c", ".so"));
    Path include = Jdk.any().home().resolve("include");
    Command command = new Command(bench, product.getParent()).as(User.ROOT);
    command.add(tools().resolve("aarch64-linux-gnu-gcc"), "-std=gnu11", "-O1", "-Wall", "-Wextra");
    command.add("-Werror", "-shared", "-fPIC", "-pthread", "-I" + include);
    command.add("-I" + include.resolve("linux"), "-o", made, source);
    succeed(command.add((Object[]) options));
    return made;
  }

  /** Builds a program of it/src/test/c for the guests, and returns its file beside the product. */
  Path program(String name) throws Exception {
    Path source = Workbench.source("src/test/c").resolve(name + ".c");
    Path made = product.resolveSibling(name);
    Command command = new Command(bench, product.getParent()).as(User.ROOT);
    command.add(tools().resolve("aarch64-linux-gnu-gcc"), "-std=gnu11", "-O1", "-Wall", "-Wextra");
    command.add("-Werror", "-I" + source.resolveSibling("aarch64"), "-o", made, source);
    succeed(command);
    return made;
  }

  /** Boots a guest in which crjvm is set up by the commands of the README. */
  VirtualMachine boot(String cpu, Path... files) throws Exception {
    VirtualMachine machine = boot(Kernel.ARM64_TRIXIE, cpu, files);
    machine
        .run(User.ROOT, product + "/setup --criu " + packedEngine + " </dev/null")
        .expectSuccess();
    return machine;
  }

  /** Boots a guest with the images that were brought back, which can only run them. */
  VirtualMachine boot(Kernel kernel, String cpu, Path... files) throws Exception {
    return VirtualMachine.with(kernel)
        .cpu(cpu)
        .cpus(1)
        .memory(2048)
        .files(product, packedEngine, images, bench.application())
        .files(files)
        .boot(cpu.replace(',', '-') + "-" + kernel.name(), bench);
  }

  Path image(String name) {
    return images.resolve(name);
  }

  /** Returns a folder of images that were brought back from the guest where they were made. */
  static Path broughtBack(VirtualMachine machine, Path image) throws Exception {
    if (!Files.exists(image)) {
      machine.bringBack(image);
    }
    return image;
  }

  /** Replaces names by what they stand for, and puts the functions of all scripts before it. */
  String script(String text, int jdk, Path image) {
    return (FUNCTIONS + text)
        .replace("${jdk}", Integer.toString(jdk))
        .replace("${product}", product.toString())
        .replace("${image}", image.toString())
        .replace("${url}", url)
        .replace("${application}", bench.application().toString())
        .replace("${port}", Integer.toString(port));
  }

  private static final String FUNCTIONS =
      """
      set -eu
      export JAVA_HOME=/usr/lib/jvm/java-${jdk}-openjdk-arm64
      ask() { timeout 300 curl -sS -f "${url}$1" 2>>curl.log; }
      restore() {
          timeout -k 60 900 ${product}/bin/crjvm run --no-fallback --image "$1" >output 2>&1 &
          pid=$!
          await_answer
          jvm=$(pgrep -P $pid)
      }
      await_answer() {
          until ask '' >/dev/null; do
              kill -0 $pid 2>/dev/null || { status=0; wait $pid || status=$?; cat output; exit $status; }
              sleep 0.1
          done
      }
      stop() {
          kill $pid
          status=0
          wait $pid || status=$?
          tail -n 1 output
          echo $status
      }
      cd "$(mktemp -d)"
      """;

  /** Returns a script that makes an image of the test application, as an ordinary user. */
  String checkpoint(int jdk, String options, Path image) {
    return checkpoint(jdk, options, "", image);
  }

  /**
   * Returns such a script.
   *
   * @param options the JVM's options
   * @param more further options of the agent, each with a comma behind it
   */
  String checkpoint(int jdk, String options, String more, Path image) {
    return script(
        """
        timeout 900 "$JAVA_HOME/bin/java" -Xmx96m -XX:TieredStopAtLevel=1 ${options} \
            -javaagent:${product}/crjvm.jar=image=${image},${more}at=http:${url},warmup=${url}count*3 \
            -jar ${application} --port ${port} 2>&1
        """
            .replace("${options}", options)
            .replace("${more}", more),
        jdk,
        image);
  }

  /** Returns a script that restores the image without privilege, asks it and ends it. */
  String restore(Path image) {
    return script(
        """
        timeout -k 60 300 setpriv --no-new-privs ${product}/bin/crjvm run --no-fallback --image ${image} >output 2>&1 &
        pid=$!
        await_answer
        ask count; echo
        kill $pid
        status=0
        wait $pid || status=$?
        cat output
        echo $status
        """,
        25,
        image);
  }
}
