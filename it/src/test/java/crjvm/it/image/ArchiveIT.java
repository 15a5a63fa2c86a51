package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

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
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code crjvm pack} and {@code crjvm unpack}: an image travels as one file. */
@BesideOthers
@Tag("core")
class ArchiveIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static Command crjvm(Checkpoint checkpoint, Object... words) {
    return new Command(BENCH, checkpoint.jvm().folder()).add(BENCH.launcher()).add(words);
  }

  private static void succeed(Command command, String name, String saying) throws Exception {
    RunningProcess process = command.run(name);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stderr()).isEmpty();
    assertThat(process.stdout()).hasLineCount(1).contains(saying);
  }

  private static void fail(Command command, String name, String cause) throws Exception {
    RunningProcess process = command.run(name);
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(process.stderr()).hasLineCount(1).startsWith("crjvm: ").contains(cause);
    assertThat(process.stdout()).isEmpty();
  }

  @Test
  void anUnpackedImageIsRestored() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("elsewhere");
    Path archive = folder.resolve("image.tar.zst");
    Path copy = folder.resolve("another name");
    succeed(crjvm(checkpoint, "pack", checkpoint.image(), archive), "pack", "\" is packed: image ");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
        .isEqualTo("rw-------");
    assertThat(Files.size(archive)).isLessThan(blocks(checkpoint.image()) * 512 / 2);

    succeed(
        crjvm(checkpoint, "unpack", "-", copy).input(Redirect.from(archive.toFile())),
        "unpack",
        "\" is unpacked: image ");
    assertThat(blocks(copy)).isLessThanOrEqualTo(blocks(checkpoint.image()));
    assertSameFiles(checkpoint.image(), copy);
    succeed(crjvm(checkpoint, "verify", copy), "verify", " is whole");

    RunningProcess restored =
        checkpoint.await(
            crjvm(checkpoint, "run", "--no-fallback", "--image", copy).start("restore"));
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(Files.readString(ProcFile.of(restored.pid(), "maps")))
        .contains(copy.resolve("memory").toString())
        .doesNotContain(checkpoint.image().toString());
    assertZstdIsNotLoaded(checkpoint, restored.pid());
    assertThat(restored.terminate()).isEqualTo(143);
  }

  /** Checks that the JVM has not loaded Zstandard's classes: only the command line needs them. */
  private static void assertZstdIsNotLoaded(Checkpoint checkpoint, long pid) throws Exception {
    RunningProcess jcmd =
        new Command(BENCH, checkpoint.jvm().folder())
            .add(checkpoint.jvm().jdk().tool("jcmd"), pid, "VM.class_hierarchy")
            .run("jcmd");
    assertThat(jcmd.awaitExit()).as(jcmd::describe).isZero();
    assertThat(jcmd.stdout()).contains("crjvm.agent.").doesNotContain("com.github.luben");
  }

  private static void assertSameFiles(Path image, Path copy) throws IOException {
    try (Stream<Path> files = Files.list(image)) {
      for (Path file : files.toList()) {
        Path same = copy.resolve(file.getFileName());
        assertThat(Files.mismatch(file, same)).as(file.toString()).isEqualTo(-1);
        assertThat(Files.getPosixFilePermissions(same))
            .isEqualTo(Files.getPosixFilePermissions(file));
      }
    }
  }

  /** Returns the size of a folder's files on the disk, in blocks of 512 bytes. */
  private static long blocks(Path folder) throws Exception {
    long sum = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        sum += Long.parseLong(new String(stat.getInputStream().readAllBytes()).strip());
      }
    }
    return sum;
  }

  /** Uses keys that age made, and lets age itself decrypt the archive, too. */
  @Test
  void anEncryptedArchiveIsForItsRecipientsOnly() throws Exception {
    Requirement.need(
        Files.isExecutable(Path.of("/usr/bin/age")), "age is missing; install the package age");
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("encrypted");
    Path archive = folder.resolve("image.tar.zst.age");
    Path identity = folder.resolve("identity");
    Path stranger = folder.resolve("stranger");
    for (Path file : new Path[] {identity, stranger}) {
      RunningProcess keygen =
          new Command(BENCH, folder).add("age-keygen", "-o", file).run("keygen");
      assertThat(keygen.awaitExit()).as(keygen::describe).isZero();
    }
    String recipient =
        new Command(BENCH, folder).add("age-keygen", "-y", identity).run("recipient").stdout();
    succeed(
        crjvm(checkpoint, "pack", "--encrypt", recipient.strip(), checkpoint.image(), archive),
        "pack",
        "\" is packed: image ");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
        .isEqualTo("rw-------");
    Path opened = folder.resolve("opened.tar.zst");
    RunningProcess age =
        new Command(BENCH, folder)
            .add("age", "--decrypt", "-i", identity, "-o", opened, archive)
            .run("age");
    assertThat(age.awaitExit()).as(age::describe).isZero();
    succeed(
        crjvm(checkpoint, "unpack", opened, folder.resolve("by age")), "unpack-opened", "unpacked");
    assertSameFiles(checkpoint.image(), folder.resolve("by age"));

    Path copy = folder.resolve("image");
    succeed(
        crjvm(checkpoint, "unpack", "--identity", identity, "-", copy)
            .input(Redirect.from(archive.toFile())),
        "unpack",
        "\" is unpacked: image ");
    assertSameFiles(checkpoint.image(), copy);

    Path nowhere = BENCH.newFolder("nowhere");
    fail(
        crjvm(checkpoint, "unpack", archive, nowhere.resolve("image")),
        "no-identity",
        "is encrypted; give --identity FILE");
    fail(
        crjvm(checkpoint, "unpack", "--identity", stranger, archive, nowhere.resolve("image")),
        "wrong-identity",
        "is encrypted for others than those in \"" + stranger + "\"");
    assertThat(nowhere).isEmptyDirectory();
  }

  @Test
  void onAFullDiskThereIsNothingHalf() throws Exception {
    Requirement.need(User.isRoot(), "only root can make a small file system");
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path archive = BENCH.newFolder("archive").resolve("image.tar.zst");
    succeed(crjvm(checkpoint, "pack", checkpoint.image(), archive), "pack", "\" is packed: image ");
    Path small = BENCH.newFolder("small");
    mount("mount", "-t", "tmpfs", "-o", "size=4m,mode=777", "crjvm-it", small.toString());
    try {
      fail(
          crjvm(checkpoint, "pack", checkpoint.image(), small.resolve("image.tar.zst")),
          "pack-fails",
          "cannot pack: No space left on device; ");
      assertThat(small).isEmptyDirectory();
      fail(
          crjvm(checkpoint, "unpack", archive, small.resolve("image")),
          "unpack-fails",
          "cannot unpack: No space left on device; ");
      assertThat(small).isEmptyDirectory();
    } finally {
      mount("umount", small.toString());
    }
  }

  private static void mount(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void whatIsNoArchiveIsNoImage() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path manifest = checkpoint.image().resolve("manifest");
    Path folder = BENCH.newFolder("nothing");
    fail(
        crjvm(checkpoint, "unpack", manifest, folder.resolve("image")),
        "unpack-manifest",
        "\"" + manifest + "\" is not an archive of an image: ");
    assertThat(folder).isEmptyDirectory();
  }
}
