package crjvm.image.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.archive.TestImage;
import crjvm.image.manifest.BlockDigests;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which damage is found, and how it is described. */
class ImageVerifierTest {
  private static final long MIB = 1 << 20;

  @TempDir Path temp;
  private Path image;

  @BeforeEach
  void make() throws Exception {
    image = TestImage.large(temp.resolve("image"));
  }

  private void flip(String name, long at) throws Exception {
    Path file = image.resolve(name);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.seek(at);
      int old = content.read();
      content.seek(at);
      content.write(old ^ 1);
    }
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused() {
    return assertThatThrownBy(() -> ImageVerifier.verify(image))
        .isInstanceOf(ImageException.class)
        .hasMessageNotContaining("\n");
  }

  private void rewrite(String from, String to) throws Exception {
    Path file = image.resolve(Manifest.FILE);
    String text = Files.readString(file);
    assertThat(text).containsPattern(from);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, text.replaceFirst(from, to));
  }

  @Test
  void acceptsAWholeImage() throws Exception {
    ImageVerifier.verify(image);
  }

  @Test
  void everyFileIsCovered() throws Exception {
    for (String name : List.of("file-1", "plan", "memory", BlockDigests.FILE)) {
      flip(name, 0);
      assertRefused().hasMessageContaining("\"" + image.resolve(name) + "\" is");
      flip(name, 0);
      ImageVerifier.verify(image);
    }
  }

  @Test
  void aPathThatIsNoneIsRefused() throws Exception {
    rewrite("^", "requires=" + "0".repeat(64) + " 5 /a\0b\n");
    assertRefused().hasMessageStartingWith("the manifest is damaged: \"");
  }

  @Test
  void saysWhichBlocksOfMemoryAreDamaged() throws Exception {
    flip("memory", 5 * MIB + 17);
    assertRefused().hasMessageContaining("in the block at 5242880 (other memory);");
    flip("memory", 23 * MIB); // this was a hole
    assertRefused().hasMessageContaining("in the block at 5242880 (other memory), and in more (1)");
  }

  @Test
  void refusesWhatTheManifestDoesNotName() throws Exception {
    Path more = Files.createFile(image.resolve("file-9"));
    assertRefused().hasMessageContaining("\"" + more + "\" is in the image's folder");
    Files.delete(more);
    Files.createFile(image.resolve(ImageFiles.WRITTEN)); // copies write it
    ImageVerifier.verify(image);
  }

  @Test
  void refusesAManifestThatLeavesOutThePlan() throws Exception {
    rewrite("file=[0-9]+ plan\n", "");
    assertRefused().hasMessageContaining("the manifest does not name \"plan\"");
  }

  @Test
  void refusesAManifestWithoutDigests() throws Exception {
    rewrite("sha256=[0-9a-f]+ plan\n", "");
    assertRefused().hasMessageContaining("no digest of \"plan\"");
  }

  @Test
  void refusesAManifestThatLeavesOutTheDigestsOfMemory() throws Exception {
    rewrite("file=[0-9]+ memory.sha256\n", "");
    rewrite("sha256=[0-9a-f]+ memory.sha256\n", "");
    assertRefused().hasMessageContaining("no digest of \"memory.sha256\"");
  }

  @Test
  void refusesNamesThatAreNoFilesOfAnImage() throws Exception {
    rewrite("file=14 file-1", "file=14 ../file-1");
    assertRefused().hasMessageContaining("\"../file-1\", which is not a file of an image");
  }

  @Test
  void refusesAFileThatIsNamedTwice() throws Exception {
    rewrite("file=14 file-1", "file=14 file-1\nfile=14 file-1");
    assertRefused().hasMessageContaining("the manifest is damaged");
  }

  @Test
  void aReplacedFileHasItsNewDigest() throws Exception {
    byte[] content = "another plan".getBytes("US-ASCII");
    Manifest changed = ImageFiles.replace(Manifest.read(image), "plan", content);

    assertThat(ImageFiles.sizes(changed)).containsEntry("plan", 12L);
    assertThat(ImageFiles.digests(changed))
        .containsEntry("plan", Digest.sha256(content))
        .containsEntry("file-1", Digest.sha256(image.resolve("file-1")));
  }

  @Test
  void refusesRequiredFilesThatHaveChangedOrAreMissing() throws Exception {
    Path needed = Files.writeString(temp.resolve("needed"), "jar");
    rewrite("\\z", "requires=" + Digest.sha256(needed) + " 3 " + needed + "\n");
    ImageVerifier.verify(image);
    Files.writeString(needed, "raj");
    assertRefused().hasMessageContaining("\"" + needed + "\" has changed");
    Files.delete(needed);
    assertRefused().hasMessageContaining("\"" + needed + "\", which is missing");
  }
}
