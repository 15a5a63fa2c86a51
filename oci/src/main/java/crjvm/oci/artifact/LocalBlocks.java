package crjvm.oci.artifact;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.oci.artifact.block.Block;
import crjvm.oci.artifact.block.BlockCutter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The blocks of images that exist on this machine already. */
final class LocalBlocks {
  private record Place(Path file, long offset) {}

  private final Map<String, Place> places = new HashMap<>();

  private LocalBlocks() {}

  /** Returns the blocks of all these images. An image that can't be read has none. */
  static LocalBlocks of(List<Path> images) throws IOException {
    LocalBlocks blocks = new LocalBlocks();
    for (Path image : images) {
      try {
        blocks.addImage(image);
      } catch (ImageException e) {
        // It is not an image of this crjvm, so none of its blocks can be used.
      }
    }
    return blocks;
  }

  /** Adds the blocks of an image, which a store has noted. Otherwise the image is cut again. */
  private void addImage(Path image) throws IOException, ImageException {
    List<Block> noted = ImageStore.blocks(image);
    for (Block each : noted) {
      places.put(each.sha256(), new Place(image.resolve(each.file()), each.offset()));
    }
    if (!noted.isEmpty() || !Files.isReadable(image.resolve(Manifest.FILE))) {
      return;
    }
    for (String name : ImageFiles.sizes(Manifest.read(image)).keySet()) {
      if (Files.isReadable(image.resolve(name))) {
        add(image.resolve(name));
      }
    }
  }

  private void add(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path)) {
      for (BlockCutter.Span span : BlockCutter.cut(file, BlockCutter.LIMIT)) {
        places.put(
            Digest.sha256(read(file, span.offset(), span.length())),
            new Place(path, span.offset()));
      }
    }
  }

  private static byte[] read(FileChannel file, long offset, int length) throws IOException {
    byte[] content = new byte[length];
    BlockCutter.read(file, offset, ByteBuffer.wrap(content));
    return content;
  }

  /** Returns a block's content, or null if it is not here. */
  byte[] find(Block block) throws IOException {
    Place place = places.get(block.sha256());
    if (place == null || !Files.isReadable(place.file())) {
      return null;
    }
    try (FileChannel file = FileChannel.open(place.file())) {
      byte[] content = read(file, place.offset(), block.length());
      return Digest.sha256(content).equals(block.sha256()) ? content : null;
    }
  }
}
