package crjvm.oci.artifact;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import crjvm.image.Digest;
import crjvm.image.ImageException;
import crjvm.image.ImagePlace;
import crjvm.image.OwnFiles;
import crjvm.image.PartialName;
import crjvm.image.archive.Progress;
import crjvm.image.archive.ZstdLibrary;
import crjvm.image.inspect.ImageVerifier;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanCheck;
import crjvm.image.plan.PlanFile;
import crjvm.image.signature.ImageSignature;
import crjvm.image.signature.TrustedKeys;
import crjvm.oci.artifact.BlockLayer.PackedBlock;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import land.oras.Index;
import land.oras.Layer;
import land.oras.ManifestDescriptor;

/**
 * Gets an image from a registry, which is not trusted. Nothing is used unless it has the requested
 * digest, a simple name, and the size that the image's own manifest gives. Blocks that an
 * interrupted pull has got, and blocks of the image that is replaced, are not fetched again.
 */
public final class ImagePuller {
  private static final int MAX_VARIANTS = 256;
  private static final int MAX_LAYERS = 1 << 16;
  private static final long MAX_MANIFEST = 64 << 20;

  private final String place;
  private final Remote remote;
  private final TrustedKeys trusted;
  private final Progress progress;

  /**
   * Prepares a pull.
   *
   * @param place {@code oci://HOST/NAME:TAG} or {@code oci://HOST/NAME@sha256:DIGEST}
   * @param trusted the keys whose images are accepted
   */
  public ImagePuller(String place, boolean plainHttp, TrustedKeys trusted, Progress progress)
      throws ImageException {
    this.place = place;
    this.remote = Remote.of(place, plainHttp);
    this.trusted = trusted;
    this.progress = progress;
  }

  /**
   * Pulls a whole image, checks it, and only then puts it in its place.
   *
   * @param image a folder that does not exist, is empty, or is an image, which is replaced
   * @param isAny true if a variant that does not fit this machine is accepted, too
   */
  public Sizes pull(Path image, boolean isAny)
      throws IOException, ImageException, InterruptedException {
    Path path = image.toAbsolutePath().normalize();
    if (path.getFileName() == null || new ImagePlace(path).isTaken()) {
      throw new ImageException(
          "\"" + image + "\" exists and is not an image; remove it or choose another folder");
    }
    ZstdLibrary.load();
    String digest = choose(isAny);
    List<BlockLayer> layers = layers(remote.manifest(digest));
    return fetch(new Target(path, ImageModes.OF_OWNER, List.of(path), isAny), digest, layers);
  }

  /**
   * Pulls an image into a store, unless it is there, and lets the reference stand for it.
   *
   * @param isAny true if a variant that does not fit this machine is accepted, too
   */
  public Sizes pullInto(ImageStore store, boolean isAny)
      throws IOException, ImageException, InterruptedException {
    ZstdLibrary.load();
    String digest = choose(isAny);
    Sizes sizes;
    if (store.has(digest)) {
      trusted.check(store.image(digest));
      sizes = store.sizes(digest);
    } else {
      List<BlockLayer> layers = layers(remote.manifest(digest));
      store.prepare(digest, blocks(layers).toList());
      Target target = new Target(store.image(digest), store.modes(), store.images(), isAny);
      sizes = fetch(target, digest, layers);
      store.welcome(digest);
    }
    store.refer(place, digest);
    return sizes;
  }

  /**
   * The place that an image goes to.
   *
   * @param image an absolute path
   * @param modes the permissions of the image
   * @param others images whose blocks need not be fetched
   * @param isAny true if a variant that does not fit this machine is accepted, too
   */
  private record Target(Path image, ImageModes modes, List<Path> others, boolean isAny) {}

  private Sizes fetch(Target target, String digest, List<BlockLayer> layers)
      throws IOException, ImageException, InterruptedException {
    Path path = target.image();
    Files.createDirectories(path.getParent());
    String prefix = "." + path.getFileName() + ".";
    Path partial = path.resolveSibling(prefix + digest.substring(7, 23) + ".pull");
    PrivateFolder.create(partial);
    PartialName.mark(partial);
    try (FileChannel lockFile =
            FileChannel.open(
                partial.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(lockFile, path)) {
      Path fresh = partial.resolve("image");
      PrivateFolder.create(fresh);
      Sizes sizes = fill(fresh, target, layers);
      Files.setPosixFilePermissions(fresh, target.modes().folder());
      new ImagePlace(path).publish(fresh, partial.resolve("replaced"));
      lock.release();
      PartialName.deleteLeft(path.getParent(), name -> isPartial(name, prefix));
      return sizes;
    }
  }

  private static FileLock lock(FileChannel file, Path image) throws IOException, ImageException {
    FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new ImageException(
          "another pull is making \"" + image + "\" just now; wait for its end");
    }
    return lock;
  }

  /** Returns whether this or an earlier pull has left the folder beside the image. */
  private static boolean isPartial(String name, String prefix) {
    return name.startsWith(prefix)
        && name.substring(prefix.length()).matches("[0-9a-f]{16}\\.pull");
  }

  /** Returns the digest of the variant that fits best, or of the last one. */
  private String choose(boolean isAny) throws IOException, ImageException {
    Index index = remote.index().orElseThrow(remote::missing);
    List<ManifestDescriptor> all = index.getManifests();
    if (all == null || all.isEmpty() || all.size() > MAX_VARIANTS) {
      throw remote.wrong("it has no variants, or too many");
    }
    List<Variant> variants = all.stream().map(each -> Variant.of(each.getAnnotations())).toList();
    Machine machine = Machine.find();
    int last = all.size() - 1;
    int chosen = isAny ? last : machine.choose(variants);
    if (chosen < 0) {
      throw new ImageException(
          "none of the "
              + all.size()
              + " variants of \""
              + remote.shown()
              + "\" fits this machine: "
              + machine.misfit(variants.get(last))
              + "; push one that was made on a machine like this");
    }
    String digest = all.get(chosen).getDigest();
    if (digest == null || !digest.matches("sha256:[0-9a-f]{64}")) {
      throw remote.wrong("a digest is none");
    }
    return digest;
  }

  private Sizes fill(Path fresh, Target target, List<BlockLayer> layers)
      throws IOException, ImageException, InterruptedException {
    long total = layers.stream().mapToLong(BlockLayer::length).sum();
    Work work = new Work(fresh, LocalBlocks.of(target.others()), total);
    Map<String, Long> sizes = new HashMap<>();
    sizes.put(Manifest.FILE, end(layers, Manifest.FILE, MAX_MANIFEST));
    sizes.put(Manifest.SIGNATURE, end(layers, Manifest.SIGNATURE, ImageSignature.SIZE));
    Files.deleteIfExists(fresh.resolve(Manifest.SIGNATURE));
    try {
      work.run(layers.stream().filter(each -> sizes.containsKey(each.file())).toList(), sizes);
      trusted.check(fresh); // before anything else is written to the disk
      Manifest manifest = Manifest.read(fresh);
      String misfit = target.isAny() ? "" : Machine.find().misfit(Variant.of(manifest));
      if (!misfit.isEmpty()) {
        throw remote.wrong("what it says of a variant is wrong");
      }
      Map<String, Long> rest = new HashMap<>(ImageFiles.sizes(manifest));
      if (rest.containsKey(Manifest.FILE) || rest.containsKey(Manifest.SIGNATURE)) {
        throw remote.wrong("its manifest names itself");
      }
      List<BlockLayer> others =
          layers.stream().filter(each -> !sizes.containsKey(each.file())).toList();
      work.run(others, rest);
      finish(fresh, rest, target.modes());
      verify(fresh);
    } catch (ImageException e) {
      String cause = e.getMessage().replace(fresh.toString(), target.image().toString());
      throw new ImageException(cause, e);
    }
    int blocks = layers.stream().mapToInt(each -> each.blocks().size()).sum();
    return new Sizes(total, remote.transferred(), blocks);
  }

  /**
   * Verifies the image. If it is damaged, it is deleted, because it would be damaged at the next
   * attempt, too.
   */
  private static void verify(Path fresh) throws IOException, ImageException {
    try {
      ImageVerifier.verifyContents(fresh);
    } catch (ImageException e) {
      OwnFiles.delete(fresh);
      throw e;
    }
  }

  private long end(List<BlockLayer> layers, String file, long most) throws ImageException {
    long end =
        blocks(layers)
            .filter(each -> each.file().equals(file))
            .mapToLong(Block::end)
            .max()
            .orElse(0);
    if (end > most) {
      throw remote.wrong("its " + file + " is too long");
    }
    return end;
  }

  private static Stream<Block> blocks(List<BlockLayer> layers) {
    return layers.stream().flatMap(each -> each.blocks().stream()).map(PackedBlock::block);
  }

  private List<BlockLayer> layers(land.oras.Manifest manifest) throws ImageException {
    List<Layer> given = manifest.getLayers();
    if (given == null || given.size() > MAX_LAYERS) {
      throw remote.wrong("it has too many layers, or none");
    }
    List<BlockLayer> layers = new ArrayList<>();
    for (Layer each : given) {
      layers.add(BlockLayer.of(each));
    }
    List<Block> blocks =
        blocks(layers)
            .sorted(Comparator.comparing(Block::file).thenComparing(Block::offset))
            .toList();
    for (int i = 1; i < blocks.size(); i++) {
      Block before = blocks.get(i - 1);
      Block block = blocks.get(i);
      if (block.file().equals(before.file()) && block.offset() < before.end()) {
        throw remote.wrong("its layers overlap");
      }
    }
    return layers;
  }

  /**
   * Sets the times of the plan, without which the first start would read all files, and writes
   * everything to disk.
   */
  private static void finish(Path fresh, Map<String, Long> sizes, ImageModes modes)
      throws IOException, ImageException {
    for (Map.Entry<String, Long> each : sizes.entrySet()) {
      // A file without any block is empty or full of zeroes.
      try (FileChannel file =
          FileChannel.open(
              fresh.resolve(each.getKey()), StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
        SparseFile.sized(file, each.getValue()).force(true);
      }
    }
    try {
      for (PlanCheck check : PlanFile.read(fresh.resolve(PlanFile.FILE)).checks()) {
        if (sizes.containsKey(check.path())) {
          Instant time = Instant.ofEpochSecond(check.modifiedSeconds(), check.modifiedNanos());
          Files.setLastModifiedTime(fresh.resolve(check.path()), FileTime.from(time));
        }
      }
    } catch (DateTimeException e) {
      throw new ImageException(
          "the plan is damaged: the time of a file is malformed; make the image again", e);
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(fresh)) {
      for (Path each : files) {
        Files.setPosixFilePermissions(each, modes.file());
      }
    }
    ImagePlace.force(fresh);
  }

  /** The transfer of blocks into a folder. */
  private final class Work {
    private final Path folder;
    private final LocalBlocks local;
    private final long total;
    private final AtomicLong done = new AtomicLong();

    Work(Path folder, LocalBlocks local, long total) {
      this.folder = folder;
      this.local = local;
      this.total = total;
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
              synchronized (progress) {
                progress.at(done.addAndGet(each.length()), total);
              }
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
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      } else {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      }
      FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      return new LayerFile(SparseFile.sized(file, size), isNew);
    }

    private void take(BlockLayer layer, LayerFile file) throws IOException, ImageException {
      List<PackedBlock> missing = new ArrayList<>();
      for (PackedBlock each : layer.blocks()) {
        Block block = each.block();
        if (!file.isNew() && SparseFile.has(file.channel(), block)) {
          continue; // an earlier pull got it
        }
        byte[] content = local.find(block);
        if (content == null) {
          missing.add(each);
        } else {
          SparseFile.write(file.channel(), block.offset(), content);
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

    private byte[] unpack(byte[] packed, PackedBlock each) throws ImageException {
      byte[] content = new byte[each.block().length()];
      long length;
      try {
        length =
            Zstd.decompressByteArray(content, 0, content.length, packed, each.at(), each.size());
      } catch (ZstdException e) {
        length = -1;
      }
      if (length != content.length || !Digest.sha256(content).equals(each.block().sha256())) {
        throw remote.wrong("a layer has another content than it says");
      }
      return content;
    }
  }

  /**
   * A file that is being filled.
   *
   * @param isNew true if no earlier pull has written to it
   */
  private record LayerFile(FileChannel channel, boolean isNew) {}
}
