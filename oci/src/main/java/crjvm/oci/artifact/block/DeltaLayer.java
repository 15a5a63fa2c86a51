package crjvm.oci.artifact.block;

import crjvm.image.ImageException;
import crjvm.oci.delta.Delta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import land.oras.Layer;

/**
 * A layer of an artifact: a blob with blocks of one file, which contains only what the base does
 * not contain.
 *
 * @param digest the digest of the blob, as the registry names it
 * @param size the number of bytes of the blob
 */
public record DeltaLayer(String digest, int size, List<Block> blocks, Delta delta) {
  private static final String ANNOTATION = "crjvm.delta";

  /** Reads a layer of a registry. */
  public static DeltaLayer of(Layer layer) throws ImageException {
    Map<String, String> given = layer.getAnnotations() == null ? Map.of() : layer.getAnnotations();
    Long size = layer.getSize();
    if (size == null || size < 1 || size > Delta.BLOB_MAX) {
      throw Block.wrong("a size of " + size);
    }
    List<Block> blocks = new ArrayList<>();
    long length = 0;
    for (String line : given.getOrDefault(BlockLayer.ANNOTATION, "").split("\n", -1)) {
      Block block = Block.parse(line);
      length += block.length();
      if (length > Delta.MAX
          || !block.file().equals((blocks.isEmpty() ? block : blocks.get(0)).file())) {
        throw Block.wrong(line);
      }
      blocks.add(block);
    }
    String text = given.get(ANNOTATION);
    Delta delta = Delta.parse(text, length, size).orElse(null);
    if (delta == null) {
      throw Block.wrong(text);
    }
    return new DeltaLayer(layer.getDigest(), Math.toIntExact(size), blocks, delta);
  }

  /** Returns the layer in the format of the registry. */
  public Layer format() {
    String lines = String.join("\n", blocks.stream().map(Block::format).toList());
    return Layer.fromDigest(digest, size)
        .withMediaType(MediaType.DELTA.text())
        .withAnnotations(Map.of(BlockLayer.ANNOTATION, lines, ANNOTATION, delta.format()));
  }

  /** Returns the name of the file. */
  public String file() {
    return blocks.get(0).file();
  }

  /** Returns the number of bytes of content. */
  public long length() {
    return blocks.stream().mapToLong(Block::length).sum();
  }
}
