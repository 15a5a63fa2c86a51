package crjvm.oci.artifact;

import crjvm.image.ImageException;
import crjvm.oci.artifact.block.Block;
import crjvm.oci.artifact.block.BlockLayer;
import crjvm.oci.artifact.block.BlockLayer.PackedBlock;
import crjvm.oci.artifact.block.DeltaLayer;
import crjvm.oci.artifact.block.MediaType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import land.oras.Layer;

/**
 * The layers of a variant.
 *
 * @param layers those with blocks of the image
 * @param base those with blocks of its base, which a reader of the delta needs, too
 * @param deltas at most one
 */
record Artifact(List<BlockLayer> layers, List<BlockLayer> base, List<DeltaLayer> deltas) {
  /** The annotation of a manifest with a delta: the digest of the base's manifest. */
  static final String BASE = "crjvm.base";

  private static final int MAX_LAYERS = 1 << 16;

  /** Reads a manifest of a registry. */
  static Artifact of(land.oras.Manifest manifest, Remote remote) throws ImageException {
    List<Layer> given = manifest.getLayers();
    if (given == null || given.size() > MAX_LAYERS) {
      throw remote.wrong("it has too many layers, or none");
    }
    Artifact artifact = new Artifact(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (Layer each : given) {
      if (MediaType.DELTA.is(each.getMediaType())) {
        artifact.deltas.add(DeltaLayer.of(each));
      } else {
        (BlockLayer.isOfBase(each) ? artifact.base : artifact.layers).add(BlockLayer.of(each));
      }
    }
    if (artifact.overlaps()) {
      throw remote.wrong("its layers overlap");
    }
    long wanted = artifact.deltas.stream().mapToLong(each -> each.delta().base()).sum();
    if (artifact.deltas.size() > 1 || wanted != artifact.baseLength()) {
      throw remote.wrong("its delta and the layers of its base do not fit each other");
    }
    return artifact;
  }

  private boolean overlaps() {
    List<Block> sorted =
        blocks().sorted(Comparator.comparing(Block::file).thenComparing(Block::offset)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      Block before = sorted.get(i - 1);
      Block block = sorted.get(i);
      if (block.file().equals(before.file()) && block.offset() < before.end()) {
        return true;
      }
    }
    return false;
  }

  /** Returns all blocks of the image. */
  Stream<Block> blocks() {
    return Stream.concat(blocks(layers), deltas.stream().flatMap(each -> each.blocks().stream()));
  }

  static Stream<Block> blocks(List<BlockLayer> layers) {
    return layers.stream().flatMap(each -> each.blocks().stream()).map(PackedBlock::block);
  }

  /** Returns the number of bytes of the image's content. */
  long length() {
    return blocks().mapToLong(Block::length).sum();
  }

  long baseLength() {
    return base.stream().mapToLong(BlockLayer::length).sum();
  }

  /**
   * Returns the layers of the base, with the offsets that their blocks have in one file of all
   * blocks.
   */
  List<BlockLayer> joinedBase(String file) {
    List<BlockLayer> joined = new ArrayList<>();
    long end = 0;
    for (BlockLayer layer : base) {
      List<PackedBlock> blocks = new ArrayList<>();
      for (PackedBlock each : layer.blocks()) {
        Block block = each.block();
        blocks.add(
            new PackedBlock(
                new Block(file, end, block.length(), block.sha256()), each.at(), each.size()));
        end += block.length();
      }
      joined.add(new BlockLayer(layer.digest(), layer.size(), blocks));
    }
    return joined;
  }
}
