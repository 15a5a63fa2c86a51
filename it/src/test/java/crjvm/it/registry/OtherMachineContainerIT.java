package crjvm.it.registry;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import crjvm.it.bench.registry.OciLayout;
import crjvm.it.bench.registry.RegistryServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * {@code crjvm oci build} for another kind of machine than this one, with the distribution for it.
 * Here this is a {@link ForeignImage}, and this distribution with another machine's number in the
 * header of its restorer, so the container images are not started.
 */
@Tag("machine")
@ResourceLock(Containers.RESOURCE)
class OtherMachineContainerIT {
  /** The offset of e_machine in an ELF file, and its number for 64-bit ARM. */
  private static final int MACHINE_AT = 18;

  private static final int AARCH64 = 183;

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static Checkpoint checkpoint;
  private static Path foreign;
  private static Path launcher;

  /** A container image on this machine's files, and those files as a root file system. */
  private static OciLayout onHost;

  private static Path root;

  @BeforeAll
  static void prepare() throws Exception {
    checkpoint = IMAGE.of(Jdk.any());
    foreign = ForeignImage.of(BENCH, checkpoint);
    launcher = distribution().resolve("bin/crjvm");
    onHost = new OciLayout(BENCH.newFolder("on-host").resolve("layout"));
    succeed(build(BENCH.launcher(), checkpoint.image(), "--to", "oci:" + onHost.folder()));
    root = BENCH.newFolder("root");
    succeed(
        new Command(BENCH, root)
            .add("tar", "-xf", onHost.blob(onHost.layers().get(0)), "-C", root));
  }

  /** Copies the distribution, whose restorer is then for the other machine. */
  private static Path distribution() throws Exception {
    Path home = BENCH.launcher().getParent().getParent();
    Path copy = BENCH.newFolder("distribution").resolve("crjvm");
    ContainerEngine.call(List.of("cp", "-aL", home.toString(), copy.toString()));
    try (RandomAccessFile file =
        new RandomAccessFile(copy.resolve("libexec/crjvm-restore").toFile(), "rw")) {
      file.seek(MACHINE_AT);
      file.write(AARCH64);
    }
    return copy;
  }

  private static Command build(Path program, Path image, Object... options) throws IOException {
    return BaseLayers.in(new Command(BENCH, checkpoint.jvm().folder()))
        .with("HOME", checkpoint.jvm().folder().toString())
        .with("JAVA_HOME", checkpoint.jvm().jdk().home().toString())
        .add(program, "oci", "build", "--image", image)
        .add(options);
  }

  private static void succeed(Command command) throws Exception {
    RunningProcess process = command.run("command");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stderr()).isEmpty();
  }

  private static void fail(Command command, String cause) throws Exception {
    RunningProcess process = command.run("refused");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(process.stderr()).hasLineCount(1).startsWith("crjvm: ").contains(cause);
    assertThat(process.stdout()).isEmpty();
  }

  private static Path layout() throws IOException {
    return BENCH.newFolder("oci").resolve("layout");
  }

  @Test
  void theDistributionHasToBeForTheImagesMachine() throws Exception {
    Path layout = layout();
    fail(
        build(BENCH.launcher(), foreign, "--base", "rootfs:" + root, "--to", "oci:" + layout),
        "\""
            + foreign
            + "\" is for 64-bit ARM (aarch64), and this distribution is for x86-64; run crjvm oci"
            + " build of the distribution for 64-bit ARM (aarch64)");
    fail(
        build(launcher, checkpoint.image(), "--to", "oci:" + layout),
        "\" is for x86-64, and this distribution is for 64-bit ARM (aarch64); run");
    assertThat(layout).doesNotExist();
  }

  @Test
  void theBaseHasToBeForTheImagesMachine() throws Exception {
    Path layout = layout();
    fail(
        build(launcher, foreign, "--to", "oci:" + layout),
        "\" is for 64-bit ARM (aarch64), and the files of this machine are for x86-64; give --base");
    fail(
        build(launcher, foreign, "--base", "oci:" + onHost.folder(), "--to", "oci:" + layout),
        "can't be a base: it has nothing for linux/arm64");
    assertThat(layout).doesNotExist();
  }

  @Test
  void theContainerImageIsForTheImagesMachine() throws Exception {
    OciLayout result = new OciLayout(layout());
    succeed(build(launcher, foreign, "--base", "rootfs:" + root, "--to", "oci:" + result.folder()));
    assertThat(result.architecture()).isEqualTo("arm64");
    assertThat(onHost.architecture()).isEqualTo("amd64");
    Path launcherLayer = result.blob(result.layers().get(1));
    byte[] restorer = Files.readAllBytes(launcher.resolveSibling("../libexec/crjvm-restore"));
    Path unpacked = BENCH.newFolder("unpacked");
    succeed(new Command(BENCH, unpacked).add("tar", "-xf", launcherLayer, "-C", unpacked));
    assertThat(unpacked.resolve("opt/crjvm/libexec/crjvm-restore")).hasBinaryContent(restorer);
  }

  private static List<String> platforms(RegistryServer registry, String name, String tag)
      throws Exception {
    List<String> platforms = new ArrayList<>();
    for (Object each :
        Json.list(Json.map(Json.parse(registry.index(name, tag))).get("manifests"))) {
      Object platform = Json.map(each).get("platform");
      platforms.add(Json.map(platform).get("os") + "/" + Json.map(platform).get("architecture"));
    }
    return platforms;
  }

  @Test
  void oneTagHasTheContainerImagesOfBothMachines() throws Exception {
    RegistryServer registry = RegistryServer.start(BENCH);
    String tag = "docker://" + registry.place("team/app:1");
    succeed(build(BENCH.launcher(), checkpoint.image(), "--to", tag));
    String rootfs = "rootfs:" + root;
    succeed(build(launcher, foreign, "--base", rootfs, "--append", "--to", tag));
    assertThat(platforms(registry, "team/app", "1")).containsExactly("linux/amd64", "linux/arm64");

    // The engine takes that of this machine, whichever was the last.
    ContainerEngine engine = CONTAINERS.engine();
    String pulled = engine.podman("pull", "--quiet", "--tls-verify=false", tag);
    assertThat(engine.podman("image", "inspect", "--format={{.Architecture}}", pulled))
        .isEqualTo("amd64");
    Container container = CONTAINERS.of(pulled).with("--cap-drop=ALL");
    checkpoint.await(container.start("--no-fallback"));
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(container.stop()).isEqualTo(143);

    // Each build takes the base that is for its image's machine.
    OciLayout result = new OciLayout(layout());
    succeed(build(launcher, foreign, "--base", tag, "--to", "oci:" + result.folder()));
    assertThat(result.architecture()).isEqualTo("arm64");

    // A newer one of the same platform takes the place of the older one.
    Path second = SecondCheckpoint.of(checkpoint);
    succeed(build(BENCH.launcher(), second, "--append", "--to", tag));
    assertThat(platforms(registry, "team/app", "1")).containsExactly("linux/arm64", "linux/amd64");
    // Without the option the tag is replaced as a whole.
    succeed(build(BENCH.launcher(), second, "--to", tag));
    assertThat(registry.manifest("team/app", "1")).contains("\"layers\"");
  }

  @Test
  void whereNoneCanBeAddedIsSaid() throws Exception {
    Path layout = layout();
    fail(
        build(BENCH.launcher(), checkpoint.image(), "--append", "--to", "oci:" + layout),
        "--append is not possible with \"oci:" + layout + "\"; give a tag in a registry");
    RegistryServer registry = RegistryServer.start(BENCH);
    String place = registry.place("checkpoints:1");
    succeed(
        new Command(BENCH, checkpoint.jvm().folder())
            .with("HOME", checkpoint.jvm().folder().toString())
            .add(BENCH.launcher(), "push", checkpoint.image(), "oci://" + place));
    String index = registry.index("checkpoints", "1");
    fail(
        build(BENCH.launcher(), checkpoint.image(), "--append", "--to", "docker://" + place),
        "is not a container image, to which --append could add one; choose another tag");
    assertThat(registry.index("checkpoints", "1")).isEqualTo(index);
    // A tag that does not exist yet becomes one with an index.
    String fresh = "docker://" + registry.place("fresh:1");
    succeed(build(BENCH.launcher(), checkpoint.image(), "--append", "--to", fresh));
    assertThat(platforms(registry, "fresh", "1")).containsExactly("linux/amd64");
  }
}
