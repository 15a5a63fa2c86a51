package crjvm.oci.artifact;

import crjvm.image.ImageException;
import crjvm.image.MemoryHeader;
import crjvm.image.OwnFiles;
import crjvm.image.plan.PlanArea;
import crjvm.image.plan.PlanFile;
import crjvm.oci.artifact.block.Block;
import crjvm.oci.artifact.block.BlockLayer;
import crjvm.oci.artifact.block.ImageContents;
import crjvm.oci.delta.Delta;
import crjvm.oci.delta.DeltaCoder;
import crjvm.oci.delta.DeltaCoder.Packed;
import crjvm.oci.delta.PointerRules;
import crjvm.oci.delta.ScratchFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import land.oras.Index;
import land.oras.ManifestDescriptor;

/**
 * Makes a delta of an image that is pushed. Its base is another image of the same name, because the
 * base's layers have to stay as long as the delta does. If that one is a delta, its own base is
 * taken, so that no pull needs two of them.
 */
final class DeltaPusher {
  private static final String SCHEME = "oci://";
  private static final long UNSHIFTED_END = 1L << 32;
  private static final int SHIFT = 3;
  private static final long HEAP_GAP = 1 << 30;

  private final Remote remote;
  private String digest;
  private Artifact base;

  /**
   * Prepares the access to a base.
   *
   * @param place the place of the image that is pushed
   * @param tag a tag of the same name, or its place
   */
  DeltaPusher(String place, String tag, boolean plainHttp) throws ImageException {
    String name = place.substring(0, Math.max(0, place.lastIndexOf(':')));
    String whole = tag.startsWith(SCHEME) ? tag : name + ":" + tag;
    if (whole.contains("@") || !whole.substring(0, whole.lastIndexOf(':')).equals(name)) {
      throw new ImageException(
          "the base \"" + tag + "\" is not a tag of the same name; give one of those");
    }
    this.remote = Remote.of(whole, plainHttp);
  }

  /** Reads the base: the same variant, or the last one of the same machine. */
  void read(Variant variant) throws IOException, ImageException {
    Index index = remote.index().orElseThrow(remote::missing);
    List<ManifestDescriptor> all = index.getManifests();
    if (all == null || all.isEmpty()) {
      throw remote.wrong("it has no variants, or too many");
    }
    digest = choose(all, variant).getDigest();
    Artifact given = Artifact.of(remote.manifest(digest), remote);
    List<BlockLayer> memory =
        given.layers().stream().filter(each -> each.file().equals(MemoryHeader.FILE)).toList();
    base = new Artifact(List.of(), given.base().isEmpty() ? memory : given.base(), List.of());
    if (base.baseLength() == 0 || base.baseLength() > Delta.MAX) {
      throw new ImageException(
          "\""
              + remote.shown()
              + "\" can't be a base: it has no memory, or more than 1 GiB; push without --base");
    }
  }

  private ManifestDescriptor choose(List<ManifestDescriptor> all, Variant variant)
      throws ImageException {
    ManifestDescriptor chosen = null;
    boolean isSame = false;
    for (ManifestDescriptor each : all) {
      Variant other = Variant.of(each.getAnnotations());
      if (other.isSameAs(variant) || !isSame && other.machine().equals(variant.machine())) {
        chosen = each;
        isSame = other.isSameAs(variant);
      }
    }
    if (chosen == null) {
      throw new ImageException(
          "\""
              + remote.shown()
              + "\" can't be a base: it has no image for "
              + variant.shownMachine()
              + "; push without --base");
    }
    return chosen;
  }

  /** Returns the digest of the base's manifest. */
  String digest() {
    return digest;
  }

  /** Returns the layers of the base that a reader of the delta needs, too. */
  List<BlockLayer> layers() {
    return base.base();
  }

  /**
   * Returns whether blocks are sent within the delta: those of the memory that are not a layer of
   * the base.
   */
  boolean wants(List<Block> group) {
    List<String> digests = group.stream().map(Block::sha256).toList();
    return group.get(0).file().equals(MemoryHeader.FILE)
        && base.base().stream()
            .noneMatch(
                layer ->
                    layer.blocks().stream()
                        .map(each -> each.block().sha256())
                        .toList()
                        .equals(digests));
  }

  /** Packs blocks of an image. */
  Packed pack(Path image, ImageContents contents, List<Block> blocks)
      throws IOException, ImageException, InterruptedException {
    long length = blocks.stream().mapToLong(Block::length).sum();
    if (length > Delta.MAX) {
      throw new ImageException(
          "\""
              + image
              + "\" has too much memory for a delta, more than 1 GiB; push it without --base");
    }
    String chosen = System.getenv().getOrDefault("TMPDIR", "");
    Path parent = Path.of(chosen.isEmpty() ? "/var/tmp" : chosen);
    Path temporary = Files.createTempDirectory(parent, "crjvm");
    try (ScratchFile content = ScratchFile.make(temporary, length)) {
      copy(contents, blocks, content.channel());
      LocalBlocks local = LocalBlocks.of(ImageStore.imagesHere());
      LayerFetch fetch =
          new LayerFetch(remote, temporary, local, (done, total) -> {}, base.baseLength());
      try (FileChannel old = fetch.fetchBase(base)) {
        return DeltaCoder.pack(
            rules(PlanFile.read(image.resolve(PlanFile.FILE)), blocks),
            ScratchFile.map(old),
            content.map(),
            temporary);
      }
    } finally {
      OwnFiles.delete(temporary);
    }
  }

  private static void copy(ImageContents contents, List<Block> blocks, FileChannel to)
      throws IOException {
    long end = 0;
    for (Block each : blocks) {
      ByteBuffer bytes = ByteBuffer.wrap(contents.read(each.file(), each.offset(), each.length()));
      while (bytes.hasRemaining()) {
        end += to.write(bytes, end);
      }
    }
  }

  /**
   * Returns the rules for the pointers of an image. Pointers into the heap are compressed if it
   * ends below 32 GiB, and not shifted if it ends below 4 GiB. At the end of the heap there may be
   * archived objects, which have the same addresses in each process.
   */
  private static PointerRules rules(PlanFile plan, List<Block> blocks) {
    List<PlanArea> areas =
        plan.areas().stream().filter(each -> plan.isOfMemoryFile(each, MemoryHeader.FILE)).toList();
    long start = plan.heapStart();
    long end = start;
    for (PlanArea each : areas) {
      if (each.start() >= start && each.start() < plan.heapEnd() && each.start() < end + HEAP_GAP) {
        end = each.end();
      }
    }
    int shift = plan.heapEnd() > UNSHIFTED_END ? SHIFT : 0;
    long low = start >>> shift;
    long high = Math.min(end >>> shift, UNSHIFTED_END - 1);
    boolean isCompressed =
        plan.heapEnd() <= UNSHIFTED_END << SHIFT && low >= PointerRules.LEAST && high > low;
    long least = PointerRules.LEAST;
    return new PointerRules(
        isCompressed ? low : least, isCompressed ? high : least, shift, runs(areas, blocks));
  }

  /**
   * Returns the addresses that the content had in the process, in the form of {@link PointerRules}.
   */
  private static long[] runs(List<PlanArea> areas, List<Block> blocks) {
    List<PlanArea> sorted =
        areas.stream().sorted(Comparator.comparingLong(PlanArea::offset)).toList();
    List<Long> runs = new ArrayList<>();
    long position = 0;
    for (Block block : blocks) {
      for (PlanArea area : sorted) {
        long from = Math.max(area.offset(), block.offset());
        if (from < block.end() && from < area.offset() + area.length()) {
          add(
              runs,
              (position + from - block.offset()) / Long.BYTES,
              area.start() + from - area.offset());
        }
      }
      position += block.length();
    }
    return runs.stream().mapToLong(Long::longValue).toArray();
  }

  /** Adds a run, unless it continues the last one. */
  private static void add(List<Long> runs, long position, long address) {
    if (!runs.isEmpty()) {
      long before = runs.get(runs.size() - 2);
      long continued = runs.get(runs.size() - 1) + Long.BYTES * (position - before);
      if (position <= before || continued == address) {
        return;
      }
    }
    runs.add(position);
    runs.add(address);
  }
}
