package crjvm.oci.artifact.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.oci.artifact.block.BlockLayer.PackedBlock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import land.oras.Layer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockLayerTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final int LENGTH = 256 << 10;

  private static Layer layer(String type, long size, Map<String, String> annotations) {
    return Layer.fromDigest("sha256:" + DIGEST, size)
        .withMediaType(type)
        .withAnnotations(annotations);
  }

  @Test
  void whatIsWrittenCanBeRead() throws Exception {
    BlockLayer layer =
        new BlockLayer(
            "sha256:" + DIGEST,
            1000,
            List.of(
                new PackedBlock(new Block("memory", 4096, 70000, DIGEST), 0, 900),
                new PackedBlock(new Block("memory", 81920, 1, DIGEST), 900, 10)));
    assertThat(BlockLayer.of(layer.format())).isEqualTo(layer);
  }

  @Test
  void aLayerOfTheFirstVersionHasOneBlock() throws Exception {
    Block block = new Block("plan", 0, 5000, DIGEST);
    Layer layer = layer(MediaType.BLOCK.text(), 1000, Map.of(Block.ANNOTATION, block.format()));
    assertThat(BlockLayer.of(layer))
        .isEqualTo(
            new BlockLayer("sha256:" + DIGEST, 1000, List.of(new PackedBlock(block, 0, 1000))));
  }

  /** Tests texts in which D is a digest, and | the end of a line. The blob has 1000 bytes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "memory 0 4096 D",
        "memory 0 4096 D 0",
        "memory 0 4096 D 0 0",
        "memory 0 4096 D 991 10",
        "memory 0 4096 D -1 10",
        "memory 0 1 D 0 500",
        "memory 0 4096 D 0 10|",
        "memory 0 4096 D 0 10|plan 0 4096 D 10 10",
        "memory 0 33554432 D 0 10|memory 33554432 1 D 10 10",
        "../memory 0 4096 D 0 10",
      })
  void otherTextsAreRefusedInOneLine(String text) {
    Map<String, String> annotations =
        Map.of("crjvm.blocks", text.replace("D", DIGEST).replace('|', '\n'));
    assertThatThrownBy(() -> BlockLayer.of(layer(MediaType.BLOCKS.text(), 1000, annotations)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("was not made by crjvm push")
        .message()
        .doesNotContainPattern("\\p{Cntrl}");
  }

  private static List<Block> blocks(String file, int first, int count) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] content = Integer.toString(first + i).getBytes(StandardCharsets.US_ASCII);
      blocks.add(new Block(file, (long) i * LENGTH, LENGTH, Digest.sha256(content)));
    }
    return blocks;
  }

  @Test
  void theContentDecidesWhereALayerEnds() {
    List<List<Block>> before = BlockLayer.group(blocks("memory", 0, 1000));
    assertThat(before).hasSizeBetween(20, 60);
    assertThat(before.stream().flatMap(List::stream)).hasSize(1000);
    // A few blocks more at the beginning change only the first layers.
    List<List<String>> after = digests(BlockLayer.group(blocks("memory", -3, 1003)));
    List<List<String>> others = digests(before);
    int size = others.size();
    others.removeAll(after);
    assertThat(others).hasSizeLessThan(size / 10);
  }

  private static List<List<String>> digests(List<List<Block>> groups) {
    return new ArrayList<>(
        groups.stream().map(each -> each.stream().map(Block::sha256).toList()).toList());
  }

  @Test
  void aLayerHasOneFile_AndNotTooMuch() {
    List<Block> blocks = new ArrayList<>(blocks("memory", 0, 3));
    blocks.addAll(blocks("plan", 3, 1));
    assertThat(BlockLayer.group(blocks)).hasSize(2);
    Block large = new Block("memory", 0, Block.MAX, DIGEST);
    Block next = new Block("memory", Block.MAX, 1, DIGEST);
    assertThat(BlockLayer.group(List.of(large, next))).hasSize(2);
  }
}
