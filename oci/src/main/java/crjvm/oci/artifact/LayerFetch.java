package crjvm.oci.artifact;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.archive.frame.Progress;
import crjvm.oci.artifact.block.Block;
import crjvm.oci.artifact.block.BlockLayer;
import crjvm.oci.artifact.block.BlockLayer.PackedBlock;
import crjvm.oci.artifact.block.BlockThreads;
import crjvm.oci.artifact.block.DeltaLayer;
import crjvm.oci.artifact.block.SparseFile;
import crjvm.oci.delta.DeltaCoder;
import crjvm.oci.delta.ScratchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** The transfer of blocks into a folder. Blocks that this machine has are not fetched. */
final class LayerFetch {
  private static final String BASE = "base";

  private final Remote remote;
  private final Path folder;
  private final LocalBlocks local;
  private final Progress progress;
  private final long total;
  private final AtomicLong done = new AtomicLong();

  /**
   * Prepares a transfer.
   *
   * @param folder the folder of the files
   * @param total the number of bytes of all contents, for the progress
   */
  LayerFetch(Remote remote, Path folder, LocalBlocks local, Progress progress, long total) {
    this.remote = remote;
    this.folder = folder;
    this.local = local;
    this.progress = progress;
    this.total = total;
  }

  Path folder() {
    return folder;
  }

  /**
   * Gets the blocks of layers.
   *
   * @param sizes the sizes of the files that are allowed, by name
   */
  void run(List<BlockLayer> layers, Map<String, Long> sizes)
      throws IOException, ImageException, InterruptedException {
    Map<String, LayerFile> files = new HashMap<>();
    try {
      for (BlockLayer each : layers) {
        Long size = sizes.get(each.file());
        if (size == null || each.blocks().stream().anyMatch(one -> one.block().end() > size)) {
          throw remote.wrong("a layer lies outside of its file");
        }
        if (!files.containsKey(each.file())) {
          files.put(each.file(), open(each.file(), size));
        }
      }
      BlockThreads.run(
          layers,
          each -> each.size() + each.length(),
          each -> {
            take(each, files.get(each.file()));
            advance(each.length());
            return null;
          });
    } finally {
      for (LayerFile each : files.values()) {
        each.channel().close();
      }
    }
  }

  private LayerFile open(String name, long size) throws IOException {
    Path path = folder.resolve(name);
    boolean isNew = !Files.exists(path);
    if (isNew) {
      Files.createFile(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }
    FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new LayerFile(SparseFile.sized(file, size), isNew);
  }

  private void take(BlockLayer layer, LayerFile file) throws IOException, ImageException {
    List<PackedBlock> missing = new ArrayList<>();
    for (PackedBlock each : layer.blocks()) {
      if (!takeLocal(each.block(), file)) {
        missing.add(each);
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    byte[] packed = remote.blob(layer.digest(), layer.size());
    for (PackedBlock each : missing) {
      SparseFile.write(file.channel(), each.block().offset(), unpack(packed, each));
    }
  }

  /** Returns whether the file has the block: from an earlier pull, or from this machine. */
  private boolean takeLocal(Block block, LayerFile file) throws IOException {
    if (!file.isNew() && SparseFile.has(file.channel(), block)) {
      return true;
    }
    byte[] content = local.find(block);
    if (content != null) {
      SparseFile.write(file.channel(), block.offset(), content);
    }
    return content != null;
  }

  private byte[] unpack(byte[] packed, PackedBlock each) throws ImageException {
    byte[] content = new byte[each.block().length()];
    long length;
    try {
      length = Zstd.decompressByteArray(content, 0, content.length, packed, each.at(), each.size());
    } catch (ZstdException e) {
      length = -1;
    }
    if (length != content.length || !Digest.sha256(content).equals(each.block().sha256())) {
      throw remote.wrong("a layer has another content than it says");
    }
    return content;
  }

  private void advance(long length) {
    synchronized (progress) {
      progress.at(done.addAndGet(length), total);
    }
  }

  /**
   * Puts all blocks of a base into one file, one after the other.
   *
   * @return the file, which stays open
   */
  FileChannel fetchBase(Artifact artifact)
      throws IOException, ImageException, InterruptedException {
    run(artifact.joinedBase(BASE), Map.of(BASE, artifact.baseLength()));
    return FileChannel.open(
        folder.resolve(BASE), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /**
   * Restores those blocks of a delta that the file does not have.
   *
   * @param base a transfer into the folder for temporary files
   * @param size the size of the file
   */
  void apply(Artifact artifact, DeltaLayer layer, LayerFetch base, long size)
      throws IOException, ImageException, InterruptedException {
    if (layer.blocks().stream().anyMatch(each -> each.end() > size)) {
      throw remote.wrong("a layer lies outside of its file");
    }
    LayerFile file = open(layer.file(), size);
    try (FileChannel target = file.channel()) {
      List<Block> missing = new ArrayList<>();
      for (Block each : layer.blocks()) {
        if (!takeLocal(each, file)) {
          missing.add(each);
        }
      }
      if (!missing.isEmpty()) {
        unpack(artifact, layer, base, target, Set.copyOf(missing));
      }
    }
    advance(layer.length());
  }

  private void unpack(
      Artifact artifact, DeltaLayer layer, LayerFetch base, FileChannel target, Set<Block> missing)
      throws IOException, ImageException, InterruptedException {
    try (FileChannel old = base.fetchBase(artifact);
        ScratchFile scratch = ScratchFile.make(base.folder, layer.length())) {
      byte[] blob = remote.blob(layer.digest(), layer.size());
      ByteBuffer content = scratch.map();
      if (!DeltaCoder.unpack(layer.delta(), blob, ScratchFile.map(old), content, base.folder)) {
        throw otherContent();
      }
      for (Block each : layer.blocks()) {
        byte[] bytes = new byte[each.length()];
        content.get(bytes);
        if (missing.contains(each)) {
          if (!Digest.sha256(bytes).equals(each.sha256())) {
            throw otherContent();
          }
          SparseFile.write(target, each.offset(), bytes);
        }
      }
    }
  }

  private ImageException otherContent() {
    return remote.wrong("a delta has another content than it says");
  }

  /**
   * A file that is being filled.
   *
   * @param isNew true if no earlier pull has written to it
   */
  private record LayerFile(FileChannel channel, boolean isNew) {}
}
