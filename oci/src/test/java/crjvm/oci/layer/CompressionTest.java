package crjvm.oci.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CompressionTest {
  /** More than two of zstd's jobs and than gzip's members, and no multiple of either. */
  private static final int LENGTH = (40 << 20) + 12_345;

  @TempDir private Path folder;

  /** Returns bytes that can be compressed to about a half. */
  private static byte[] content() {
    byte[] content = new byte[LENGTH];
    new Random(1).nextBytes(content);
    for (int i = 0; i < LENGTH; i++) {
      content[i] &= 0x0f;
    }
    return content;
  }

  private static byte[] packed(Compression compression, byte[] content, int threads, int part)
      throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = compression.compress(packed, threads)) {
      for (int at = 0; at < content.length; at += part) {
        out.write(content, at, Math.min(part, content.length - at));
      }
    }
    return packed.toByteArray();
  }

  @ParameterizedTest
  @EnumSource
  void theBytesDoNotDependOnTheNumberOfThreads(Compression compression) throws Exception {
    byte[] content = content();
    byte[] packed = packed(compression, content, 1, content.length);
    assertThat(packed.length).isLessThan(content.length * 3 / 4);
    assertThat(packed(compression, content, 2, 4096)).isEqualTo(packed);
    assertThat(packed(compression, content, 5, 1_000_003)).isEqualTo(packed);

    Path file = Files.write(folder.resolve("packed"), packed);
    assertThat(Compression.of(file)).contains(compression);
    try (InputStream in = Compression.open(file)) {
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingCanBeCompressed(Compression compression) throws Exception {
    Path file = Files.write(folder.resolve("packed"), packed(compression, new byte[0], 2, 1));
    try (InputStream in = Compression.open(file)) {
      assertThat(in.readAllBytes()).isEmpty();
    }
  }
}
