package crjvm.oci.artifact;

import com.github.luben.zstd.Zstd;
import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.archive.Progress;
import crjvm.image.archive.ZstdLibrary;
import crjvm.image.inspect.ImageVerifier;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.manifest.Names;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import land.oras.ArtifactType;
import land.oras.Index;
import land.oras.Layer;
import land.oras.ManifestDescriptor;

/** Puts an image in a registry as one of the variants of a tag. */
public final class ImagePusher {
  /**
   * The approximate maximum of an artifact's layers. Registries accept manifests of a few
   * megabytes.
   */
  static final int LIMIT = 4000;

  private static final String CREATED = "org.opencontainers.image.created";
  private static final int LEVEL = 3;

  private final Remote remote;
  private final Progress progress;

  /**
   * Prepares a push.
   *
   * @param place {@code oci://HOST/NAME:TAG}
   */
  public ImagePusher(String place, boolean plainHttp, Progress progress) throws ImageException {
    if (place.contains("@")) {
      throw new ImageException(
          Names.quote(place) + " is not a tag in a registry; give oci://HOST/NAME:TAG");
    }
    this.remote = Remote.of(place, plainHttp);
    this.progress = progress;
  }

  /** Pushes the blocks that the registry does not have yet. */
  public Sizes push(Path image) throws IOException, ImageException, InterruptedException {
    Manifest manifest = ImageVerifier.verifyContents(image);
    Variant variant = Variant.of(manifest);
    remote.askToWrite(); // before the work, which may be in vain
    Optional<Index> index = remote.index();
    ZstdLibrary.load();
    List<Block> blocks = new ArrayList<>();
    for (String name : names(image, manifest)) {
      cut(image, name, blocks);
    }
    long total = blocks.stream().mapToLong(Block::length).sum();
    AtomicLong done = new AtomicLong();
    List<Layer> layers =
        BlockThreads.run(
            blocks,
            block -> {
              Layer layer = push(image, block);
              synchronized (progress) {
                progress.at(done.addAndGet(block.length()), total);
              }
              return layer;
            });
    Map<String, String> annotations = new LinkedHashMap<>(variant.annotations());
    annotations.put(CREATED, manifest.require("created"));
    ManifestDescriptor descriptor =
        remote
            .push(
                land.oras.Manifest.empty()
                    .withArtifactType(ArtifactType.from(MediaType.CHECKPOINT.text()))
                    .withLayers(layers)
                    .withAnnotations(annotations))
            .withArtifactType(MediaType.CHECKPOINT.text())
            .withAnnotations(annotations);
    remote.push(Index.fromManifests(variants(index, descriptor, variant)));
    return new Sizes(total, remote.transferred(), blocks.size());
  }

  private static List<ManifestDescriptor> variants(
      Optional<Index> index, ManifestDescriptor fresh, Variant variant) {
    List<ManifestDescriptor> variants = new ArrayList<>();
    for (ManifestDescriptor each : index.map(Index::getManifests).orElse(List.of())) {
      if (!Variant.of(each.getAnnotations()).isSameAs(variant)) {
        variants.add(each);
      }
    }
    variants.add(fresh);
    return variants;
  }

  /**
   * Returns the names of the files. The manifest and its signature come first, because they decide
   * whether a pull wants the rest.
   */
  private static List<String> names(Path image, Manifest manifest) throws ImageException {
    List<String> names = new ArrayList<>(List.of(Manifest.FILE));
    if (Files.exists(image.resolve(Manifest.SIGNATURE))) {
      names.add(Manifest.SIGNATURE);
    }
    names.addAll(ImageFiles.sizes(manifest).keySet());
    return names;
  }

  private static void cut(Path image, String name, List<Block> blocks) throws IOException {
    try (FileChannel file = FileChannel.open(image.resolve(name))) {
      for (BlockCutter.Span span : BlockCutter.cut(file, LIMIT)) {
        byte[] content = read(file, span.offset(), span.length());
        blocks.add(new Block(name, span.offset(), span.length(), Digest.sha256(content)));
      }
    }
  }

  private static byte[] read(FileChannel file, long offset, int length) throws IOException {
    byte[] content = new byte[length];
    BlockCutter.read(file, offset, ByteBuffer.wrap(content));
    return content;
  }

  private Layer push(Path image, Block block) throws IOException, ImageException {
    byte[] packed;
    try (FileChannel file = FileChannel.open(image.resolve(block.file()))) {
      packed = Zstd.compress(read(file, block.offset(), block.length()), LEVEL);
    }
    return Layer.fromDigest(remote.push(packed), packed.length)
        .withMediaType(MediaType.BLOCK.text())
        .withAnnotations(Map.of(Block.ANNOTATION, block.format()));
  }
}
