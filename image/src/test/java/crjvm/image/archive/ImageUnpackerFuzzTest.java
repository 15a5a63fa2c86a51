package crjvm.image.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.ZstdCompressCtx;
import crjvm.image.ImageException;
import crjvm.image.archive.frame.ArchiveFormat;
import crjvm.image.archive.tar.TarHeader;
import crjvm.image.manifest.Names;
import crjvm.image.signature.TrustedKeys;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests arbitrary archives. Each becomes an image, or is refused with a message of one line and
 * leaves nothing behind. An input that begins with {@code T} is a tar stream, which is compressed
 * here, with correct checksums.
 */
class ImageUnpackerFuzzTest {
  private static final int CHECKSUM = 148;
  private static final int MAGIC = 257;

  @TempDir static Path folder;

  @FuzzTest
  void unpack(byte[] input) throws Exception {
    boolean isTar = input.length > 0 && input[0] == 'T';
    byte[] archive = isTar ? compressed(mended(input)) : input;
    Path image = folder.resolve("image");
    try {
      new ImageUnpacker("\"a\"", TrustedKeys.ANY, Identities.NONE, 1, (done, total) -> {})
          .unpack(new ByteArrayInputStream(archive), archive.length, image);
      check(image);
      delete(image);
    } catch (ImageException e) {
      assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}");
    }
    assertThat(folder).isEmptyDirectory();
  }

  private static void check(Path image) throws IOException {
    try (Stream<Path> files = Files.list(image)) {
      for (Path file : files.toList()) {
        assertThat(Names.isSimple(file.getFileName().toString())).isTrue();
        assertThat(Files.isRegularFile(file)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .startsWith("r-")
            .doesNotContain("w", "x");
      }
    }
  }

  private static void delete(Path image) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(image)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }

  /** Returns the stream after the first byte, with correct checksums in its headers. */
  private static byte[] mended(byte[] input) {
    byte[] stream = new byte[input.length - 1];
    System.arraycopy(input, 1, stream, 0, stream.length);
    for (int at = 0; at + TarHeader.BLOCK <= stream.length; at += TarHeader.BLOCK) {
      if (stream[at + MAGIC] == 'u' && stream[at + MAGIC + 4] == 'r') {
        mendHeader(stream, at);
      }
    }
    return stream;
  }

  private static void mendHeader(byte[] stream, int at) {
    int sum = 8 * ' ';
    for (int i = 0; i < TarHeader.BLOCK; i++) {
      sum += i >= CHECKSUM && i < CHECKSUM + 8 ? 0 : stream[at + i] & 0xff;
    }
    for (int i = 5; i >= 0; i--, sum >>= 3) {
      stream[at + CHECKSUM + i] = (byte) ('0' + (sum & 7));
    }
  }

  private static byte[] compressed(byte[] stream) {
    byte[] frame;
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      frame = context.setLevel(1).setChecksum(true).setContentSize(true).compress(stream);
    }
    CRC32C crc = new CRC32C();
    crc.update(frame);
    ByteBuffer archive =
        ByteBuffer.allocate(frame.length + 2 * Integer.BYTES + ArchiveFormat.END_SIZE)
            .order(ByteOrder.LITTLE_ENDIAN);
    archive.put(frame).putInt(ArchiveFormat.END_MAGIC).putInt(ArchiveFormat.END_SIZE);
    archive.putLong(ArchiveFormat.END_TAG).putLong(frame.length).putInt((int) crc.getValue());
    return archive.array();
  }
}
