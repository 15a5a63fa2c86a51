package crjvm.oci.artifact.block;

import com.github.luben.zstd.Zstd;
import crjvm.image.ImageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import land.oras.Layer;

/**
 * A layer of an artifact: a blob with blocks of one file, each compressed by itself. Registries
 * take about as long for a small blob as for a large one, so that a layer has many blocks.
 *
 * @param digest the digest of the blob, as the registry names it
 * @param size the number of bytes of the blob
 */
public record BlockLayer(String digest, int size, List<PackedBlock> blocks) {
  /** The name of the annotation of a layer with several blocks. */
  static final String ANNOTATION = "crjvm.blocks";

  /** The name of the annotation of a layer of the base. */
  static final String BASE_ANNOTATION = "crjvm.base.blocks";

  /** The number of bytes of content that a layer must have before a block may end it. */
  private static final int LEAST = 4 << 20;

  /** The largest number of bytes of content, unless a single block has more. */
  private static final int MOST = 16 << 20;

  /** On average, one of this many blocks ends its layer. */
  private static final int BLOCKS = 8;

  private static final int HEXADECIMAL = 16;

  private static final Pattern LINE = Pattern.compile("(.+) (\\d{1,9}) (\\d{1,9})");

  /**
   * A block in a layer.
   *
   * @param at the offset of its compressed content in the blob
   * @param size the number of bytes of the compressed content
   */
  public record PackedBlock(Block block, int at, int size) {
    private String format() {
      return block.format() + " " + at + " " + size;
    }
  }

  /**
   * Divides the blocks of an image into layers. The content decides where a layer ends, so that
   * equal blocks are in equal layers.
   *
   * @param blocks in the order of files and offsets
   */
  public static List<List<Block>> group(List<Block> blocks) {
    List<List<Block>> groups = new ArrayList<>();
    long length = 0;
    boolean isEnd = true;
    for (Block each : blocks) {
      List<Block> last = isEnd ? List.of() : groups.get(groups.size() - 1);
      if (isEnd || !last.get(0).file().equals(each.file()) || length + each.length() > MOST) {
        last = new ArrayList<>();
        groups.add(last);
        length = 0;
      }
      last.add(each);
      length += each.length();
      isEnd =
          length >= LEAST
              && Integer.parseInt(each.sha256().substring(0, 2), HEXADECIMAL) % BLOCKS == 0;
    }
    return groups;
  }

  /** Reads a layer of a registry. */
  public static BlockLayer of(Layer layer) throws ImageException {
    Map<String, String> given = layer.getAnnotations() == null ? Map.of() : layer.getAnnotations();
    Long size = layer.getSize();
    if (size == null || size < 1 || size > Zstd.compressBound(Block.MAX)) {
      throw Block.wrong("a size of " + size);
    }
    List<PackedBlock> blocks = new ArrayList<>();
    if (MediaType.BLOCK.is(layer.getMediaType())) {
      blocks.add(
          new PackedBlock(Block.parse(given.get(Block.ANNOTATION)), 0, Math.toIntExact(size)));
    } else {
      String lines = given.getOrDefault(BASE_ANNOTATION, given.getOrDefault(ANNOTATION, ""));
      for (String line : lines.split("\n", -1)) {
        blocks.add(parse(line));
      }
    }
    BlockLayer read = new BlockLayer(layer.getDigest(), Math.toIntExact(size), blocks);
    read.check();
    return read;
  }

  private static PackedBlock parse(String line) throws ImageException {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw Block.wrong(line);
    }
    return new PackedBlock(
        Block.parse(matcher.group(1)),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)));
  }

  /** Checks that the blocks lie in the blob, and that all of them together fit into memory. */
  private void check() throws ImageException {
    long length = 0;
    for (PackedBlock each : blocks) {
      length += each.block().length();
      boolean isInside = (long) each.at() + each.size() <= size;
      if (!isInside
          || each.size() < 1
          || each.size() > Zstd.compressBound(each.block().length())
          || !each.block().file().equals(file())
          || length > Block.MAX) {
        throw Block.wrong(each.format());
      }
    }
  }

  /** Returns whether a layer of a registry has blocks of the base. */
  public static boolean isOfBase(Layer layer) {
    return MediaType.BLOCKS.is(layer.getMediaType())
        && layer.getAnnotations() != null
        && layer.getAnnotations().containsKey(BASE_ANNOTATION);
  }

  /** Returns the layer in the format of the registry. */
  public Layer format() {
    return format(ANNOTATION);
  }

  /** Returns it as a layer of the base. */
  public Layer formatOfBase() {
    return format(BASE_ANNOTATION);
  }

  private Layer format(String annotation) {
    StringBuilder text = new StringBuilder();
    for (PackedBlock each : blocks) {
      text.append(text.isEmpty() ? "" : "\n").append(each.format());
    }
    return Layer.fromDigest(digest, size)
        .withMediaType(MediaType.BLOCKS.text())
        .withAnnotations(Map.of(annotation, text.toString()));
  }

  /** Returns the name of the file. */
  public String file() {
    return blocks.get(0).block().file();
  }

  /** Returns the number of bytes of content. */
  public long length() {
    return blocks.stream().mapToLong(each -> each.block().length()).sum();
  }
}
