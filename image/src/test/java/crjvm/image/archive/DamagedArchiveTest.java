package crjvm.image.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import crjvm.image.ImageException;
import crjvm.image.archive.frame.ArchiveFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests archives that are damaged, and files that are not archives. */
class DamagedArchiveTest {
  private static final int END = 8 + ArchiveFormat.END_SIZE;

  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temp.resolve("folder"));
  }

  private byte[] small() throws Exception {
    Archives.pack(TestImage.small(temp.resolve("small")), temp.resolve("small.zst"));
    return Files.readAllBytes(temp.resolve("small.zst"));
  }

  private byte[] large() throws Exception {
    Archives.pack(TestImage.large(temp.resolve("large")), temp.resolve("large.zst"));
    return Files.readAllBytes(temp.resolve("large.zst"));
  }

  private void assertDamaged(byte[] archive, String where) {
    Archives.assertRefused(archive, folder)
        .as(where)
        .hasMessageMatching("\"a\" is damaged at byte \\d+: .*; copy it again, or pack .* again");
  }

  private void assertForeign(byte[] archive, String why) {
    Archives.assertRefused(archive, folder)
        .hasMessageStartingWith("\"a\" is not an archive of an image: ")
        .hasMessageContaining(why);
  }

  /** Flips any bit, including those that the decompressor does not check. */
  @Test
  void aFlippedBitIsFound() throws Exception {
    byte[] good = small();
    for (int i = 0; i < good.length; i += i < 64 || i > good.length - 64 ? 1 : 61) {
      byte[] bad = good.clone();
      bad[i] ^= (byte) (1 << (i % 8));
      Archives.assertRefused(bad, folder).as("byte %d", i).hasMessageStartingWith("\"a\" ");
    }
    int descriptor = Integer.BYTES; // the descriptor in the frame's header
    for (int bit = 0; bit < 8; bit++) {
      byte[] bad = good.clone();
      bad[descriptor] ^= (byte) (1 << bit);
      Archives.assertRefused(bad, folder).as("bit %d", bit).hasMessageStartingWith("\"a\" ");
    }
    Archives.unpack(good, folder.resolve("image"));
  }

  @Test
  void aDamagedFrameIsNamedByItsPlace() throws Exception {
    byte[] good = large();
    List<Integer> frames = frames(good);
    assertThat(frames).hasSize(4);
    for (int i = 1; i < 3; i++) {
      byte[] bad = good.clone();
      bad[frames.get(i) + 100_000] ^= 1;
      Archives.assertRefused(bad, folder)
          .hasMessageContaining("is damaged at byte " + frames.get(i) + ": the frame here");
    }
    for (int i = 0; i < good.length; i += 499_979) {
      byte[] bad = good.clone();
      bad[i] ^= 0x40;
      Archives.assertRefused(bad, folder);
    }
  }

  @Test
  void truncationIsFound() throws Exception {
    byte[] good = small();
    for (int length = 4; length < good.length; length += length < 64 ? 1 : 97) {
      Archives.assertRefused(Arrays.copyOf(good, length), folder)
          .hasMessageContaining("\"a\" is damaged at byte ")
          .hasMessageContaining(": it ends early;");
    }
    for (int length = good.length - END; length < good.length; length++) {
      assertDamaged(Arrays.copyOf(good, length), "length " + length);
    }
  }

  @Test
  void framesThatAreMissingTwiceOrInAnotherOrderAreFound() throws Exception {
    byte[] good = large();
    List<Integer> at = frames(good);
    byte[][] frames = new byte[at.size() - 1][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = Arrays.copyOfRange(good, at.get(i), at.get(i + 1));
    }
    byte[] end = Arrays.copyOfRange(good, at.get(3), good.length);
    assertDamaged(join(frames[0], frames[2], end), "one is missing");
    assertDamaged(join(frames[0], frames[1], frames[1], frames[2], end), "one twice");
    assertDamaged(join(frames[0], frames[2], frames[1], end), "another order");
    assertDamaged(join(frames[0], frames[1], end), "the last one is missing");
    assertThat(join(frames[0], frames[1], frames[2], end)).isEqualTo(good);
  }

  @Test
  void whatFollowsTheEndIsFound() throws Exception {
    byte[] good = small();
    assertDamaged(Arrays.copyOf(good, good.length + 1), "a byte more");
    assertDamaged(join(good, good), "two archives");
    assertDamaged(join(good, Arrays.copyOfRange(good, good.length - END, good.length)), "two ends");
  }

  @Test
  void otherFilesAreNoArchives() throws Exception {
    assertForeign(new byte[0], "it is empty");
    assertForeign(new byte[] {0x28, (byte) 0xb5}, "it is too short");
    assertForeign("hello, world".getBytes(StandardCharsets.US_ASCII), "no frame begins here");
    assertForeign(new byte[100_000], "no frame begins here");
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
      out.write(1);
    }
    assertForeign(gzip.toByteArray(), "no frame begins here");
    ByteArrayOutputStream zstd = new ByteArrayOutputStream();
    try (ZstdOutputStream out = new ZstdOutputStream(zstd)) {
      out.write(new byte[100_000]);
    }
    assertForeign(zstd.toByteArray(), "unknown header");
    byte[] small = small();
    byte[] end = Arrays.copyOfRange(small, small.length - END, small.length);
    assertForeign(end, "no frame begins here");
  }

  @Test
  void tarArchivesOfOthersAreNoArchives() throws Exception {
    assertForeign(
        new TestTar().file("crjvm-image/manifest", "format=1\n").archive(), "begins otherwise");
    assertForeign(new TestTar().comment("of another tool").archive(), "begins otherwise");
    assertForeign(new TestTar().archive(), "begins otherwise");
    Archives.assertRefused(new TestTar().raw(new byte[] {1}).compressed(), folder);
  }

  @Test
  void otherVersionsAreNamed() throws Exception {
    Archives.assertRefused(new TestTar().comment("crjvm image archive 2").archive(), folder)
        .hasMessage(
            "\"a\" is an archive of version \"2\", this is for 1; unpack it with the crjvm that"
                + " packed it");
  }

  @Test
  void framesThatAreTooLargeWhenUnpackedAreFound() throws Exception {
    byte[] good = small();
    byte[] bomb = Zstd.compress(new byte[ArchiveFormat.FRAME + 1]);
    Archives.assertRefused(join(bomb, good), folder);
    byte[] end = Arrays.copyOfRange(good, good.length - END, good.length);
    assertDamaged(join(Arrays.copyOf(good, good.length - END), bomb, end), "a bomb");
  }

  @Test
  void anImageIsReplacedAndNothingElse() throws Exception {
    byte[] archive = small();
    Path image = folder.resolve("image");
    Archives.unpack(archive, image);
    var content = TestImage.contents(image);
    Path empty = Files.createDirectory(folder.resolve("empty"));
    Archives.unpack(archive, empty);
    assertThat(TestImage.contents(empty)).isEqualTo(content);
    Archives.unpack(archive, image);
    assertThat(TestImage.contents(image)).isEqualTo(content);
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("image", "empty");

    byte[] bad = archive.clone();
    bad[100] ^= 1;
    assertThatThrownBy(() -> Archives.unpack(bad, image)).isInstanceOf(ImageException.class);
    assertThat(TestImage.contents(image)).isEqualTo(content);

    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("mine"), "mine");
    assertThatThrownBy(() -> Archives.unpack(archive, other))
        .isInstanceOf(ImageException.class)
        .hasMessageEndingWith("exists and is not an image; remove it or choose another folder");
    assertThat(other.resolve("mine")).hasContent("mine");
  }

  /** Returns the positions of the frames and of the end. */
  private static List<Integer> frames(byte[] archive) {
    List<Integer> frames = new ArrayList<>(List.of(0));
    for (int at = 0; at < archive.length - END; ) {
      at += (int) Zstd.findFrameCompressedSize(Arrays.copyOfRange(archive, at, archive.length));
      frames.add(at);
    }
    return frames;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }
}
