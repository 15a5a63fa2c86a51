package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code crjvm verify} finds every damage, and only its owner can read an image. */
@BesideOthers
@Tag("core")
class VerifyIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Command crjvm(Checkpoint checkpoint, Object... words) {
    return new Command(BENCH, checkpoint.jvm().folder()).add(BENCH.launcher()).add(words);
  }

  private static Checkpoint underUmask(String umask) throws Exception {
    return new TestJvm(BENCH, Jdk.any())
        .under("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh")
        .checkpoint();
  }

  private static void assertPrivate(Path folder) throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo("r--------");
      }
    }
  }

  @Test
  void whateverTheUmaskImageAndArchiveAreTheirOwnersAlone() throws Exception {
    for (String umask : List.of("000", "077")) {
      // The working set is recorded, so plan and manifest are new files.
      Checkpoint checkpoint = underUmask(umask);
      assertPrivate(checkpoint.image());

      Path folder = BENCH.newFolder("packed");
      Path archive = folder.resolve("archive");
      Path copy = folder.resolve("image");
      for (Object[] words :
          new Object[][] {{"pack", checkpoint.image(), archive}, {"unpack", archive, copy}}) {
        RunningProcess process =
            new Command(BENCH, folder)
                .add("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh", BENCH.launcher())
                .add(words)
                .run("archive");
        assertThat(process.awaitExit()).as(process::describe).isZero();
      }
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
          .isEqualTo("rw-------");
      assertPrivate(copy);
    }
  }

  @Test
  void damageIsFoundWhereverItIs() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    Path image = checkpoint.image();
    assertVerified(checkpoint, 0, "\"" + image + "\" is whole");
    Path memory = image.resolve("memory");
    Files.setPosixFilePermissions(memory, PosixFilePermissions.fromString("rw-------"));
    long blocks = (Files.size(memory) >> 20) + 1;
    for (long block = 0; block < blocks; block += Math.max(1, blocks / 5)) {
      flip(memory, block << 20);
      assertVerified(
          checkpoint, 1, "\"" + memory + "\" is damaged in the block at " + (block << 20) + " (");
      flip(memory, block << 20);
    }
    for (String name : List.of("plan", "file-1", "memory.sha256")) {
      Path file = image.resolve(name);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      flip(file, 1);
      assertVerified(checkpoint, 1, "\"" + file + "\" ");
      flip(file, 1);
    }
    assertVerified(checkpoint, 0, "\"" + image + "\" is whole");
  }

  private static void assertVerified(Checkpoint checkpoint, int status, String line)
      throws Exception {
    RunningProcess verify = crjvm(checkpoint, "verify", checkpoint.image()).run("verify");
    assertThat(verify.awaitExit()).as(verify::describe).isEqualTo(status);
    assertThat(verify.stdout() + verify.stderr()).hasLineCount(1).contains(line);
  }

  private static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.seek(at);
      int old = content.read();
      content.seek(at);
      content.write(old ^ 1);
    }
  }
}
