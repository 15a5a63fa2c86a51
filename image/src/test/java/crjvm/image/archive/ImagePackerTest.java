package crjvm.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import crjvm.image.ImageException;
import crjvm.image.archive.tar.SparseMap;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that an archive contains the whole image and nothing else. */
class ImagePackerTest {
  @TempDir private Path temp;

  @Test
  void whatIsUnpackedIsWhatWasPacked() throws Exception {
    Path image = TestImage.large(temp.resolve("image"));
    Path archive = temp.resolve("archive");

    PackedImage packed = Archives.pack(image, archive);
    PackedImage unpacked = Archives.unpack(Files.readAllBytes(archive), temp.resolve("copy"));

    assertThat(TestImage.contents(temp.resolve("copy"))).isEqualTo(TestImage.contents(image));
    assertThat(Files.getPosixFilePermissions(temp.resolve("copy")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(unpacked).isEqualTo(packed);
    assertThat(packed.archive()).isEqualTo(Files.size(archive));
    assertThat(packed.data()).isBetween(9L << 20, 10L << 20);
    assertThat(packed.apparent()).isGreaterThan(24 << 20);
  }

  @Test
  void holesAreNeitherPackedNorWritten() throws Exception {
    Path image = TestImage.large(temp.resolve("image"));
    Path memory = image.resolve("memory");
    // This page of zeroes takes space on disk.
    Files.setPosixFilePermissions(memory, PosixFilePermissions.fromString("rw-------"));
    try (FileChannel file = FileChannel.open(memory, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(SparseMap.BLOCK), 20 << 20);
      file.force(true);
    }
    long before = TestImage.blocks(memory);

    Archives.pack(image, temp.resolve("archive"));
    Archives.unpack(Files.readAllBytes(temp.resolve("archive")), temp.resolve("copy"));

    assertThat(TestImage.blocks(temp.resolve("copy/memory")))
        .isLessThanOrEqualTo(before - 8)
        .isGreaterThanOrEqualTo(9 << 11);
  }

  @Test
  void tarUnpacksItHolesIncluded() throws Exception {
    Path image = TestImage.large(temp.resolve("image"));
    Archives.pack(image, temp.resolve("archive"));
    try (InputStream in = new ZstdInputStream(Files.newInputStream(temp.resolve("archive")))) {
      Files.copy(in, temp.resolve("archive.tar"));
    }

    Process tar =
        new ProcessBuilder("tar", "-xf", "archive.tar")
            .directory(temp.toFile())
            .redirectErrorStream(true)
            .start();

    assertThat(tar.getInputStream().readAllBytes()).asString().isEmpty();
    assertThat(tar.waitFor()).isZero();
    Path copy = temp.resolve("crjvm-image");
    assertThat(TestImage.contents(copy)).isEqualTo(TestImage.contents(image));
    assertThat(TestImage.blocks(copy.resolve("memory")))
        .isLessThanOrEqualTo(TestImage.blocks(image.resolve("memory")));
  }

  @Test
  void theSameImageGivesTheSameBytes() throws Exception {
    Path image = TestImage.large(temp.resolve("image"));
    Archives.packer(image, 1).pack(temp.resolve("one"));
    Archives.unpack(Files.readAllBytes(temp.resolve("one")), temp.resolve("copy"));
    Archives.packer(temp.resolve("copy"), 5).pack(temp.resolve("five"));

    assertThat(temp.resolve("five")).hasSameBinaryContentAs(temp.resolve("one"));
  }

  @Test
  void onlyTheOwnerReadsTheArchive() throws Exception {
    Archives.pack(TestImage.small(temp.resolve("image")), temp.resolve("archive"));
    assertThat(Files.getPosixFilePermissions(temp.resolve("archive")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void whatIsUnpackedIsForItsOwnerAlone() throws Exception {
    Path image = TestImage.small(temp.resolve("image"));
    Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rwxrwxr-x"));
    Path plan = image.resolve("plan");
    Files.setPosixFilePermissions(plan, PosixFilePermissions.fromString("rw-rw-r--"));

    Archives.pack(image, temp.resolve("archive"));
    Archives.unpack(Files.readAllBytes(temp.resolve("archive")), temp.resolve("copy"));

    assertThat(Files.getPosixFilePermissions(temp.resolve("copy")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(Files.getPosixFilePermissions(temp.resolve("copy/plan")))
        .isEqualTo(PosixFilePermissions.fromString("r--------"));
  }

  @Test
  void whatTheManifestDoesNotNameStaysOut() throws Exception {
    Path image = TestImage.small(temp.resolve("image"));
    var before = TestImage.contents(image);
    Files.writeString(image.resolve("plan.new"), "of a recording that was killed");

    Archives.pack(image, temp.resolve("archive"));
    Archives.unpack(Files.readAllBytes(temp.resolve("archive")), temp.resolve("copy"));

    assertThat(TestImage.contents(temp.resolve("copy"))).isEqualTo(before);
  }

  @Test
  void anArchiveIsReplacedAndNothingElse() throws Exception {
    Path image = TestImage.small(temp.resolve("image"));
    Path archive = temp.resolve("archive");
    Archives.pack(image, archive);
    byte[] first = Files.readAllBytes(archive);
    Archives.pack(image, archive);
    assertThat(archive).hasBinaryContent(first);

    Path other = Files.writeString(temp.resolve("other"), "my only copy");
    assertThatThrownBy(() -> Archives.pack(image, other))
        .isInstanceOf(ImageException.class)
        .hasMessageEndingWith("exists and is not an archive; remove it or choose another file");
    assertThat(other).hasContent("my only copy");
    assertThatThrownBy(() -> Archives.pack(image, image)).isInstanceOf(ImageException.class);
  }

  @Test
  void anImageThatIsNotWholeIsNotPacked() throws Exception {
    Path image = TestImage.small(temp.resolve("image"));
    Files.delete(image.resolve("file-1"));
    Path target = Files.createDirectory(temp.resolve("target"));

    assertThatThrownBy(() -> Archives.pack(image, target.resolve("archive")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("file-1\" is missing");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void aManifestThatNamesAnotherPlaceIsNotFollowed() throws Exception {
    Path image = TestImage.small(temp.resolve("image"));
    Files.writeString(temp.resolve("secret"), "secret");
    Path manifest = image.resolve("manifest");
    Files.setPosixFilePermissions(manifest, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(manifest, "file=6 ../secret\n", StandardOpenOption.APPEND);
    Path target = Files.createDirectory(temp.resolve("target"));

    assertThatThrownBy(() -> Archives.pack(image, target.resolve("archive")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("\"../secret\"");
    assertThat(target).isEmptyDirectory();
  }
}
