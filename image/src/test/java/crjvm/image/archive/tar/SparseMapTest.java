package crjvm.image.archive.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the map of a file contains its data and not its zeroes. */
class SparseMapTest {
  private static final int BLOCK = SparseMap.BLOCK;

  @TempDir private Path temp;

  private FileChannel open() throws Exception {
    return FileChannel.open(
        temp.resolve("file"),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private static void put(FileChannel file, long at, int value) throws Exception {
    file.write(ByteBuffer.wrap(new byte[] {(byte) value}), at);
  }

  private static String text(SparseMap map) {
    byte[] text = map.text();
    assertThat(text.length % 512).isZero();
    return new String(text, StandardCharsets.US_ASCII).replace("\0", "");
  }

  @Test
  void blocksWithAnyOtherByteAreData() throws Exception {
    try (FileChannel file = open()) {
      put(file, 3L * BLOCK - 1, 1);
      put(file, 3L * BLOCK, 1);
      put(file, (1 << 20) + 17, 1); // the next chunk
      put(file, 10L << 20, 0);
      SparseMap map = SparseMap.scan(file, file.size());
      assertThat(map.data()).isEqualTo(3 * BLOCK);
      assertThat(text(map))
          .isEqualTo(
              "3\n" + 2 * BLOCK + "\n" + 2 * BLOCK + "\n1048576\n" + BLOCK + "\n10485761\n0\n");
    }
  }

  @Test
  void aLastBlockMayBeShort() throws Exception {
    try (FileChannel file = open()) {
      put(file, BLOCK + 1, 1);
      SparseMap map = SparseMap.scan(file, file.size());
      assertThat(text(map)).isEqualTo("1\n" + BLOCK + "\n2\n");
    }
  }

  @Test
  void nothingButZeroes() throws Exception {
    try (FileChannel file = open()) {
      put(file, 99, 0);
      SparseMap map = SparseMap.scan(file, file.size());
      assertThat(map.hasHoles()).isTrue();
      assertThat(text(map)).isEqualTo("1\n100\n0\n");
    }
  }

  @Test
  void anEmptyFileHasNoHoles() throws Exception {
    try (FileChannel file = open()) {
      assertThat(SparseMap.scan(file, 0).hasHoles()).isFalse();
    }
  }
}
