package crjvm.oci.artifact.block;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockCutterTest {
  private static final int PAGE = BlockCutter.PAGE;
  private static final int LIMIT = 4000;

  @TempDir Path folder;

  private List<BlockCutter.Span> cut(byte[] content, int limit) throws IOException {
    Path file = folder.resolve("memory");
    Files.write(file, content);
    try (FileChannel channel = FileChannel.open(file)) {
      return BlockCutter.cut(channel, limit);
    }
  }

  private static byte[] random(int length) {
    byte[] content = new byte[length];
    new Random(42).nextBytes(content);
    return content;
  }

  private Set<String> blocks(byte[] content) throws IOException {
    Set<String> digests = new HashSet<>();
    for (BlockCutter.Span span : cut(content, LIMIT)) {
      int start = (int) span.offset();
      digests.add(Digest.sha256(Arrays.copyOfRange(content, start, start + span.length())));
    }
    return digests;
  }

  @Test
  void blocksAreAllOfAFile() throws IOException {
    byte[] content = random(20 << 20 | 123);
    long next = 0;
    for (BlockCutter.Span span : cut(content, LIMIT)) {
      assertThat(span.offset()).isEqualTo(next);
      next += span.length();
    }
    assertThat(next).isEqualTo(content.length);
  }

  @Test
  void whatHasMovedIsCutAsBefore() throws IOException {
    byte[] content = random(20 << 20);
    byte[] moved = new byte[content.length + 3 * PAGE];
    System.arraycopy(content, 0, moved, 3 * PAGE, content.length);
    System.arraycopy(random(3 * PAGE), 0, moved, 0, 3 * PAGE);
    Set<String> before = blocks(content);
    Set<String> after = blocks(moved);
    assertThat(before).hasSizeGreaterThan(40);
    before.removeAll(after);
    assertThat(before).hasSizeLessThan(3);
  }

  @Test
  void aChangedPageChangesOneBlock() throws IOException {
    byte[] content = random(20 << 20);
    Set<String> before = blocks(content);
    content[10 << 20] ^= 1;
    before.removeAll(blocks(content));
    assertThat(before).hasSizeBetween(1, 2);
  }

  @Test
  void zeroesBelongToNoBlock() throws IOException {
    byte[] content = new byte[20 << 20];
    System.arraycopy(random(PAGE), 0, content, 5 << 20, PAGE);
    assertThat(cut(content, LIMIT)).containsExactly(new BlockCutter.Span(5 << 20, PAGE));
    assertThat(cut(new byte[3 * PAGE], LIMIT)).isEmpty();
    assertThat(cut(new byte[0], LIMIT)).isEmpty();
  }

  @Test
  void aLimitMakesThemLarger() throws IOException {
    assertThat(cut(random(20 << 20), 10)).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void equalPagesAreCutAtSomeLength() throws IOException {
    byte[] content = new byte[20 << 20];
    Arrays.fill(content, (byte) 7);
    for (BlockCutter.Span span : cut(content, LIMIT)) {
      assertThat(span.length()).isLessThanOrEqualTo(Block.MAX);
    }
  }
}
