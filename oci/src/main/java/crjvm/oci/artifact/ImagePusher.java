package crjvm.oci.artifact;

import com.github.luben.zstd.Zstd;
import crjvm.image.ImageException;
import crjvm.image.archive.frame.Progress;
import crjvm.image.archive.frame.ZstdLibrary;
import crjvm.image.inspect.ImageVerifier;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.manifest.Names;
import crjvm.oci.artifact.block.Block;
import crjvm.oci.artifact.block.BlockLayer;
import crjvm.oci.artifact.block.BlockLayer.PackedBlock;
import crjvm.oci.artifact.block.BlockThreads;
import crjvm.oci.artifact.block.DeltaLayer;
import crjvm.oci.artifact.block.ImageContents;
import crjvm.oci.artifact.block.MediaType;
import crjvm.oci.delta.DeltaCoder.Packed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final String CREATED = "org.opencontainers.image.created";
  private static final int LEVEL = 3;

  private final Remote remote;
  private final Progress progress;
  private final Optional<DeltaPusher> deltas;

  /**
   * Prepares a push.
   *
   * @param place {@code oci://HOST/NAME:TAG}
   * @param base a tag of the same name, of whose image a delta is pushed, or null
   */
  public ImagePusher(String place, String base, boolean plainHttp, Progress progress)
      throws ImageException {
    if (place.contains("@")) {
      throw new ImageException(
          Names.quote(place) + " is not a tag in a registry; give oci://HOST/NAME:TAG");
    }
    this.remote = Remote.of(place, plainHttp);
    this.progress = progress;
    this.deltas =
        base == null ? Optional.empty() : Optional.of(new DeltaPusher(place, base, plainHttp));
  }

  /** Pushes the blocks that the registry does not have yet. */
  public Sizes push(Path image) throws IOException, ImageException, InterruptedException {
    Manifest manifest = ImageVerifier.verifyContents(image);
    Variant variant = Variant.of(manifest);
    remote.askToWrite(); // This comes before the work, which a refusal would make useless.
    Optional<Index> index = remote.index();
    ZstdLibrary.load();
    if (deltas.isPresent()) {
      deltas.get().read(variant);
    }
    List<Layer> layers;
    long total;
    int count;
    try (ImageContents contents = new ImageContents(image)) {
      List<Block> blocks = contents.cut(names(image, manifest));
      total = blocks.stream().mapToLong(Block::length).sum();
      count = blocks.size();
      layers = push(image, contents, blocks, total);
    }
    boolean isDelta = layers.stream().anyMatch(each -> MediaType.DELTA.is(each.getMediaType()));
    String type = isDelta ? MediaType.ofDelta() : MediaType.CHECKPOINT.text();
    Map<String, String> annotations = new LinkedHashMap<>(variant.annotations());
    annotations.put(CREATED, manifest.require("created"));
    Map<String, String> own = new LinkedHashMap<>(annotations);
    if (isDelta) {
      own.put(Artifact.BASE, deltas.get().digest());
    }
    ManifestDescriptor descriptor =
        remote
            .push(
                land.oras.Manifest.empty()
                    .withArtifactType(ArtifactType.from(type))
                    .withLayers(layers)
                    .withAnnotations(own))
            .withArtifactType(type)
            .withAnnotations(annotations);
    ManifestDescriptor entry = variant.platform().map(descriptor::withPlatform).orElse(descriptor);
    remote.push(Index.fromManifests(variants(index, entry, variant)));
    return new Sizes(total, remote.transferred(), count);
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

  private List<Layer> push(Path image, ImageContents contents, List<Block> blocks, long total)
      throws IOException, ImageException, InterruptedException {
    AtomicLong done = new AtomicLong();
    List<List<Block>> groups = new ArrayList<>(BlockLayer.group(blocks));
    List<Block> ofDelta = new ArrayList<>();
    if (deltas.isPresent()) {
      groups.stream().filter(deltas.get()::wants).forEach(ofDelta::addAll);
      groups.removeIf(deltas.get()::wants);
    }
    List<Layer> layers =
        new ArrayList<>(
            BlockThreads.run(
                groups,
                group -> 2L * length(group),
                group -> {
                  Layer layer = push(contents, group);
                  advance(done, length(group), total);
                  return layer;
                }));
    if (!ofDelta.isEmpty()) {
      Packed packed = deltas.get().pack(image, contents, ofDelta);
      byte[] blob = packed.blob();
      layers.add(new DeltaLayer(remote.push(blob), blob.length, ofDelta, packed.delta()).format());
      deltas.get().layers().forEach(each -> layers.add(each.formatOfBase()));
      advance(done, length(ofDelta), total);
    }
    return layers;
  }

  private void advance(AtomicLong done, long length, long total) {
    synchronized (progress) {
      progress.at(done.addAndGet(length), total);
    }
  }

  private static long length(List<Block> blocks) {
    return blocks.stream().mapToLong(Block::length).sum();
  }

  private Layer push(ImageContents contents, List<Block> blocks)
      throws IOException, ImageException {
    long bound = blocks.stream().mapToLong(each -> Zstd.compressBound(each.length())).sum();
    byte[] packed = new byte[Math.toIntExact(bound)];
    List<PackedBlock> places = new ArrayList<>();
    int end = 0;
    for (Block each : blocks) {
      byte[] content = contents.read(each.file(), each.offset(), each.length());
      int size =
          Math.toIntExact(
              Zstd.compressByteArray(
                  packed, end, packed.length - end, content, 0, content.length, LEVEL));
      places.add(new PackedBlock(each, end, size));
      end += size;
    }
    byte[] blob = Arrays.copyOf(packed, end);
    return new BlockLayer(remote.push(blob), blob.length, places).format();
  }
}
