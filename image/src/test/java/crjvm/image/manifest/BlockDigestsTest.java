package crjvm.image.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which changed blocks of a memory file are found. */
class BlockDigestsTest {
  private static final int BLOCK = BlockDigests.BLOCK;
  private static final int LAST = 100;

  @TempDir Path folder;
  private Path memory;
  private byte[] content;

  /** Writes four blocks and a part of one. The second block is a hole. */
  @BeforeEach
  void write() throws Exception {
    memory = folder.resolve("memory");
    content = new byte[4 * BLOCK + LAST];
    new Random(1).nextBytes(content);
    Arrays.fill(content, BLOCK, 2 * BLOCK, (byte) 0);
    Files.write(memory, content);
  }

  private void change(long at) throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(memory.toFile(), "rw")) {
      file.seek(at);
      int old = file.read();
      file.seek(at);
      file.write(old ^ 1);
    }
  }

  private BlockDigests stored(BlockDigests digests) throws Exception {
    Path file = Files.write(folder.resolve("digests"), digests.format());
    return BlockDigests.read(file, content.length);
  }

  @Test
  void eachLineIsTheDigestOfABlock() throws Exception {
    Path file = Files.write(folder.resolve("d"), BlockDigests.compute(memory).format());

    assertThat(Files.readAllLines(file))
        .containsExactly(
            Digest.sha256(Arrays.copyOf(content, BLOCK)),
            Digest.sha256(new byte[BLOCK]),
            Digest.sha256(Arrays.copyOfRange(content, 2 * BLOCK, 3 * BLOCK)),
            Digest.sha256(Arrays.copyOfRange(content, 3 * BLOCK, 4 * BLOCK)),
            Digest.sha256(Arrays.copyOfRange(content, 4 * BLOCK, content.length)));
  }

  @Test
  void namesTheBlocksThatHaveChanged() throws Exception {
    BlockDigests digests = stored(BlockDigests.compute(memory));
    assertThat(digests.differences(memory)).isEmpty();

    change(BLOCK); // in the hole
    change(4L * BLOCK + LAST - 1);

    assertThat(digests.differences(memory)).containsExactly((long) BLOCK, 4L * BLOCK);
  }

  @Test
  void anEmptyFileHasNoBlocks() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty"));

    assertThat(BlockDigests.compute(empty).format()).isEmpty();
  }

  @Test
  void refusesMoreOrFewerDigestsThanBlocks() throws Exception {
    Path file = Files.write(folder.resolve("digests"), BlockDigests.compute(memory).format());

    for (long size : new long[] {0, 4L * BLOCK, 5L * BLOCK + 1}) {
      assertThatThrownBy(() -> BlockDigests.read(file, size))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("does not have one digest for each block");
    }
  }

  @Test
  void refusesWhatIsNoDigest() throws Exception {
    String text = new String(BlockDigests.compute(memory).format(), "US-ASCII");
    for (String other : new String[] {text.toUpperCase(java.util.Locale.ROOT), "x" + text}) {
      Path file = Files.writeString(folder.resolve("digests"), other);

      assertThatThrownBy(() -> BlockDigests.read(file, content.length))
          .isInstanceOf(ImageException.class);
    }
  }
}
