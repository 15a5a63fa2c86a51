package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Images of another version of crjvm, older or newer, are refused with the version's name, and
 * nothing is lost.
 */
@BesideOthers
@ResourceLock(value = CapabilityWatch.RESOURCE, mode = ResourceAccessMode.READ)
@Tag("core")
class UpgradeIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /**
   * The offset in the plan's header. The magic number comes before it, and the checksum begins
   * after it.
   */
  private static final int VERSION_AT = 8;

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  @Test
  void anImageWithAnotherPlanIsRefusedByItsVersion() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    int own = version(checkpoint.image().resolve("plan"), 0);
    for (int version : List.of(own - 1, own + 1)) {
      Path image = copy(checkpoint);
      version(image.resolve("plan"), version);
      assertRefused(
          checkpoint,
          image,
          "the plan has version " + version + ", this program understands version " + own);
      String line = "\"" + image.resolve("plan") + "\" has version " + version;
      assertFails(crjvm(checkpoint, "inspect", image), line + ", this is for " + own);
      assertFails(crjvm(checkpoint, "verify", image), line + ", this is for " + own);
      assertFails(crjvm(checkpoint, "optimize", "--train", image), line + ", this is for " + own);
      assertFails(crjvm(checkpoint, "doctor", "--image", image), "the plan has version " + version);
    }
  }

  @Test
  void anImageOfAnotherFormatIsRefused() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = copy(checkpoint);
    Path manifest = image.resolve("manifest");
    Files.setPosixFilePermissions(manifest, PosixFilePermissions.fromString("rw-------"));
    String content = Files.readString(manifest);
    assertThat(content).startsWith("format=1\n");
    Files.writeString(manifest, content.replaceFirst("format=1", "format=2"));
    assertRefused(checkpoint, image, "its format is not one of this crjvm's");
    for (String command : List.of("inspect", "verify")) {
      assertFails(
          crjvm(checkpoint, command, image), "\"" + manifest + "\" has another format than 1");
    }
  }

  /** Uses a plan that crjvm wrote when the version was 6, and a manifest that agrees with it. */
  @Test
  void anImageOfAnEarlierVersionIsRefusedByNameWhateverIsToBeDoneWithIt() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = copy(checkpoint);
    Path plan = image.resolve("plan");
    int own = version(plan, 0);
    earlierPlan(image);
    assertThat(version(plan, 0)).isEqualTo(6).isLessThan(own);
    String before = listing(image);
    assertRefused(
        checkpoint, image, "the plan has version 6, this program understands version " + own);

    Path folder = BENCH.newFolder("refused");
    String line = "\"" + plan + "\" has version 6, this is for " + own + "; make the image again";
    assertRefuses(crjvm(checkpoint, "inspect", image), line);
    assertRefuses(crjvm(checkpoint, "verify", image), line);
    assertRefuses(crjvm(checkpoint, "optimize", "--train", image), line);
    assertRefuses(crjvm(checkpoint, "pack", image, folder.resolve("archive")), line);
    assertRefuses(
        crjvm(checkpoint, "oci", "build", "--image", image, "--to", "oci:" + folder + "/layout"),
        line);
    // There is no registry at this address, and none is asked.
    assertRefuses(crjvm(checkpoint, "push", image, "oci://127.0.0.1:1/app:1"), line);
    RunningProcess doctor = crjvm(checkpoint, "doctor", "--image", image).run("doctor");
    assertThat(doctor.awaitExit()).as(doctor::describe).isEqualTo(1);
    assertThat(doctor.stdout())
        .contains(
            "the plan has version 6, this program understands version "
                + own
                + "; make a new image");
    assertThat(doctor.stderr()).isEmpty();
    assertThat(folder).isEmptyDirectory();
    assertThat(listing(image)).isEqualTo(before);
  }

  private static Command crjvm(Checkpoint checkpoint, Object... words) {
    return new Command(BENCH, checkpoint.jvm().folder()).add(BENCH.launcher()).add(words);
  }

  /** Checks that the application starts normally, with its arguments, and answers. */
  private static void assertRefused(Checkpoint checkpoint, Path image, String cause)
      throws Exception {
    RunningProcess strict =
        crjvm(checkpoint, "run", "--no-fallback", "--image", image).run("strict");
    assertThat(strict.awaitExit()).as(strict::describe).isEqualTo(124);
    assertThat(strict.stderr()).hasLineCount(1).contains(cause);

    RunningProcess normal =
        checkpoint.await(crjvm(checkpoint, "run", "--image", image).start("normal"));
    assertThat(normal.messages()).as(normal::describe).hasSize(1);
    assertThat(normal.messages().get(0))
        .contains(cause)
        .endsWith("; starting the application normally");
    assertThat(checkpoint.ask("/count")).isEqualTo("1");
    assertThat(normal.terminate()).isEqualTo(143);
  }

  private static void assertFails(Command command, String cause) throws Exception {
    RunningProcess process = command.run("refused");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(process.stdout() + process.stderr()).contains(cause).doesNotContain("\tat ");
  }

  private static void assertRefuses(Command command, String line) throws Exception {
    RunningProcess process = command.run("refused");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(process.stderr()).as(process::describe).isEqualTo("crjvm: " + line + "\n");
    assertThat(process.stdout()).isEmpty();
  }

  /** Puts the earlier plan into an image, and its size and digest into the manifest. */
  private static void earlierPlan(Path image) throws Exception {
    byte[] content;
    try (InputStream in = UpgradeIT.class.getResourceAsStream("plan-version-6")) {
      content = in.readAllBytes();
    }
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    replace(image.resolve("plan"), content);
    Path manifest = image.resolve("manifest");
    String text =
        Files.readString(manifest)
            .replaceFirst("(?m)^file=\\d+ plan$", "file=" + content.length + " plan")
            .replaceFirst("(?m)^sha256=\\p{XDigit}+ plan$", "sha256=" + digest + " plan");
    assertThat(text).contains(content.length + " plan\n", digest + " plan\n");
    replace(manifest, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.write(file, content);
  }

  /** Returns names, sizes and times. */
  private static String listing(Path image) throws Exception {
    return ContainerEngine.call(List.of("find", image.toString(), "-printf", "%P %s %T@ %C@\n"));
  }

  private static Path copy(Checkpoint checkpoint) throws Exception {
    Path image = BENCH.newFolder("upgrade").resolve("image");
    RunningProcess copy =
        new Command(BENCH, checkpoint.jvm().folder())
            .add("cp", "-a", checkpoint.image(), image)
            .run("copy");
    assertThat(copy.awaitExit()).as(copy::describe).isZero();
    return image;
  }

  /** Returns the version of a plan, and sets it to another one if that is not 0. */
  private static int version(Path plan, int other) throws IOException {
    if (other != 0) {
      Files.setPosixFilePermissions(plan, PosixFilePermissions.fromString("rw-------"));
    }
    try (RandomAccessFile content = new RandomAccessFile(plan.toFile(), other == 0 ? "r" : "rw")) {
      content.seek(VERSION_AT);
      int version = Integer.reverseBytes(content.readInt());
      if (other != 0) {
        content.seek(VERSION_AT);
        content.writeInt(Integer.reverseBytes(other));
      }
      return version;
    }
  }
}
