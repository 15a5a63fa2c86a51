package crjvm.it.registry;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import crjvm.it.bench.registry.OciLayout;
import crjvm.it.bench.registry.RegistryServer;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * {@code crjvm oci build} makes container images out of an image and this machine's files. podman
 * runs them without anything else.
 */
@BesideOthers
@Tag("delivery")
@ResourceLock(Containers.RESOURCE)
class OciBuildIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+";

  private static Path onHost;

  private static Command build(Checkpoint checkpoint, Object... options) throws IOException {
    return BaseLayers.in(new Command(BENCH, checkpoint.jvm().folder()))
        .with("HOME", checkpoint.jvm().folder().toString())
        .add(BENCH.launcher(), "oci", "build", "--image", checkpoint.image())
        .add(options);
  }

  private static Path built(Checkpoint checkpoint, Path layout, Object... options)
      throws Exception {
    RunningProcess process =
        build(checkpoint, options).add("--to", "oci:" + layout).run("oci-build");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stderr()).isEmpty();
    assertThat(process.stdout())
        .hasLineCount(1)
        .contains("\" is built: sha256:", "; a container of it needs ", " MiB for the whole heap");
    return layout;
  }

  private static void fail(Command command, int status, String cause) throws Exception {
    RunningProcess process = command.run("refused");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(status);
    assertThat(process.stderr()).hasLineCount(1).startsWith("crjvm: ").contains(cause);
    assertThat(process.stdout()).isEmpty();
  }

  /** Builds the image's container image on this machine's files, for tests that begin with one. */
  private static Path onHost(Checkpoint checkpoint) throws Exception {
    if (onHost == null) {
      onHost = built(checkpoint, BENCH.newFolder("on-host").resolve("layout"));
    }
    return onHost;
  }

  /** Returns the image that podman reads from a layout, which needs no registry. */
  private static String pulled(Path layout) throws Exception {
    return CONTAINERS.engine().podman("pull", "--quiet", "oci:" + layout);
  }

  @OnEachJdk
  void itRestoresWithoutAnyPrivilege(Jdk jdk) throws Exception {
    Checkpoint checkpoint = IMAGE.of(jdk);
    Path layout = built(checkpoint, BENCH.newFolder("oci").resolve("layout"));
    assertThat(new OciLayout(layout).config())
        .containsEntry("User", "1000:1000")
        .containsEntry(
            "Entrypoint", List.of("/opt/crjvm/bin/crjvm", "run", "--image", "/opt/crjvm-image"));
    assertThat(new OciLayout(layout).types()).containsOnly(LAYER + "zstd");
    assertUnprivileged(new OciLayout(layout));
    String image = pulled(layout);

    Container container =
        CONTAINERS
            .of(image)
            .with("--cap-drop=ALL", "--security-opt=no-new-privileges", "--read-only");
    RunningProcess restored = container.start("--no-fallback", "--verbose");
    checkpoint.await(restored);
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(checkpoint.askLines("/pid")).containsOnly("1");
    assertThat(container.stop()).isEqualTo(143);
    assertThat(restored.stderr()).doesNotContain("all of it was read");

    // Whatever is wrong with the image, the container also has all files for the normal start.
    Container normal =
        CONTAINERS.of(image).with("--cap-drop=ALL", "--security-opt=no-new-privileges");
    RunningProcess started = normal.start("--no-restore");
    checkpoint.await(started);
    assertThat(checkpoint.ask("/count")).isEqualTo("1");
    assertThat(normal.stop()).isEqualTo(143);
  }

  @Test
  void theSameAgainIsTheSame_AndAnotherCheckpointChangesOneLayer() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("oci");
    OciLayout first = new OciLayout(built(checkpoint, folder.resolve("first")));
    OciLayout again = new OciLayout(built(checkpoint, folder.resolve("again")));
    assertThat(again.digest()).isEqualTo(first.digest());
    OciLayout elsewhere = new OciLayout(folder.resolve("elsewhere"));
    RunningProcess process =
        new Command(BENCH, checkpoint.jvm().folder())
            .with("HOME", BENCH.newFolder("another-home").toString())
            .with("TZ", "Pacific/Kiritimati")
            .with("LC_ALL", "tr_TR.UTF-8")
            .with("JAVA_TOOL_OPTIONS", "-Duser.name=another")
            .add("sh", "-c", "umask 077; exec \"$@\"", "sh")
            .add(BENCH.launcher(), "oci", "build", "--image", checkpoint.image())
            .add("--to", "oci:" + elsewhere.folder())
            .run("oci-build");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(elsewhere.digest()).isEqualTo(first.digest());

    // A pipeline makes this image of the same application: only its memory differs.
    Path image = checkpoint.image();
    Path kept = image.resolveSibling("kept");
    Files.move(image, kept);
    try {
      checkpoint.again();
      OciLayout second = new OciLayout(built(checkpoint, folder.resolve("second")));
      int last = first.layers().size() - 1;
      assertThat(last).isEqualTo(3);
      assertThat(second.layers().subList(0, last)).isEqualTo(first.layers().subList(0, last));
      assertThat(second.layers().get(last)).isNotEqualTo(first.layers().get(last));
    } finally {
      Workbench.delete(image);
      Files.move(kept, image);
    }
  }

  @Test
  void aContainerImageCanBeTheBase() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("oci");
    Path base = onHost(checkpoint);
    Path archive = folder.resolve("app.tar");
    RunningProcess process =
        build(checkpoint, "--base", "oci:" + base, "--to", "tar:" + archive, "--user", "4711:4712")
            .run("on-base");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    String image = CONTAINERS.engine().podman("pull", "--quiet", "oci-archive:" + archive);
    Container container = CONTAINERS.of(image).with("--cap-drop=ALL");
    checkpoint.await(container.start("--no-fallback"));
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(container.stop()).isEqualTo(143);
  }

  @Test
  void theBaseCanBeInARegistryOrSavedByDocker() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("oci");
    String base = pulled(onHost(checkpoint));
    ContainerEngine engine = CONTAINERS.engine();

    String place = "docker://" + RegistryServer.start(BENCH).place("team/base:1");
    engine.podman("push", "--quiet", "--tls-verify=false", base, place);
    assertRestores(checkpoint, built(checkpoint, folder.resolve("pulled"), "--base", place));

    Path saved = folder.resolve("saved.tar");
    engine.podman("save", "--quiet", "--format=docker-archive", "--output=" + saved, base);
    User.ORDINARY.own(saved);
    String archive = "tar:" + saved;
    assertRestores(checkpoint, built(checkpoint, folder.resolve("loaded"), "--base", archive));
  }

  /**
   * Checks that owners and rights are those of the root file system, and that added files belong to
   * root.
   */
  @Test
  void aRootFileSystemCanBeTheBase_AndFilesAndVariablesBeAdded() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("oci");
    OciLayout host = new OciLayout(onHost(checkpoint));
    Path root = BENCH.newFolder("root");
    RunningProcess unpacked =
        new Command(BENCH, root)
            .add("tar", "-xf", host.blob(host.layers().get(0)), "-C", root)
            .run("unpack");
    assertThat(unpacked.awaitExit()).as(unpacked::describe).isZero();
    Path kept = User.ORDINARY.own(Files.writeString(root.resolve("kept"), "kept"));
    Files.setPosixFilePermissions(kept, PosixFilePermissions.fromString("rw-r-----"));

    String owner =
        Files.getAttribute(kept, "unix:uid") + "/" + Files.getAttribute(kept, "unix:gid");
    Path additions = BENCH.newFolder("additions");
    Path file = User.ORDINARY.own(Files.writeString(additions.resolve("file"), "of a file"));
    ContainerEngine.call(List.of("chmod", "6755", file.toString()));
    Path inFolder = Files.createDirectories(additions.resolve("folder/below")).resolve("file");
    Files.writeString(inFolder, "of a folder");
    Path layout =
        built(
            checkpoint,
            folder.resolve("layout"),
            "--base",
            "rootfs:" + root,
            "--add",
            file,
            "--add",
            additions.resolve("folder"),
            "--env",
            "COLOUR=green and = blue");

    OciLayout result = new OciLayout(layout);
    assertThat(entries(result, 0))
        .anyMatch(line -> line.matches("-rw-r----- +" + owner + " .* (\\./)?kept"));
    assertThat(entries(result, 2))
        .anyMatch(line -> line.matches("-rwxr-xr-x +0/0 .*" + file.toString().substring(1)));
    assertUnprivileged(result);
    Container container = CONTAINERS.of(pulled(layout)).with("--cap-drop=ALL");
    checkpoint.await(container.start("--no-fallback"));
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(checkpoint.ask("/env?name=COLOUR")).isEqualTo("green and = blue");
    assertThat(checkpoint.ask("/read?name=" + file)).isEqualTo("of a file");
    assertThat(checkpoint.ask("/read?name=" + inFolder)).isEqualTo("of a folder");
    assertThat(container.stop()).isEqualTo(143);
  }

  private static void assertRestores(Checkpoint checkpoint, Path layout) throws Exception {
    Container container = CONTAINERS.of(pulled(layout)).with("--cap-drop=ALL");
    checkpoint.await(container.start("--no-fallback"));
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(container.stop()).isEqualTo(143);
  }

  /**
   * Checks that no file can give anybody a privilege, and that the parts which make checkpoints are
   * missing.
   */
  private static void assertUnprivileged(OciLayout layout) throws Exception {
    for (int i = 0; i < layout.layers().size(); i++) {
      assertThat(entries(layout, i))
          .isNotEmpty()
          .noneMatch(line -> line.matches("[^ ]{3}[sS].*|[^ ]{6}[sS].*"))
          .noneMatch(line -> line.matches(".*/(criu|crjvm-helper|crjvm-checkpoint)( .*)?"))
          .noneMatch(line -> line.contains("security.capability"));
    }
  }

  /**
   * Returns the entries as tar lists them: rights, owner, name, and lines with the extended
   * attributes.
   */
  private static List<String> entries(OciLayout layout, int layer) throws Exception {
    Path blob = layout.blob(layout.layers().get(layer));
    String tar = "tar --xattrs --xattrs-include='*' --numeric-owner -tvvf \"$1\"";
    return ContainerEngine.call(List.of("sh", "-c", tar, "sh", blob.toString())).lines().toList();
  }

  @Test
  void whatCannotBeBuiltIsSaid() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("oci");
    Path layout = folder.resolve("layout");
    Path empty = User.ORDINARY.own(Files.createDirectory(folder.resolve("empty")));
    String base = "rootfs:" + empty;
    fail(
        build(checkpoint, "--base", base, "--to", "oci:" + layout),
        1,
        "the base \"" + base + "\" has no \"/");
    fail(
        build(checkpoint, "--to", "oci:" + checkpoint.image()),
        1,
        "\"" + checkpoint.image() + "\" exists and is not an OCI layout; ");
    fail(build(checkpoint, "--to", "somewhere"), 1, "\"somewhere\" is not a place for a container");
    fail(
        build(checkpoint, "--to", "oci:" + layout, "--user", "0:0"),
        125,
        "--user takes UID:GID, two numbers, and not those of root");
    assertThat(layout).doesNotExist();
    assertThat(folder.toFile().list()).containsOnly("empty");
  }
}
