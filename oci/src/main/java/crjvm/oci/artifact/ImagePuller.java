package crjvm.oci.artifact;

import crjvm.image.ImageException;
import crjvm.image.ImagePlace;
import crjvm.image.NameExchange;
import crjvm.image.OwnFiles;
import crjvm.image.PartialName;
import crjvm.image.archive.frame.Progress;
import crjvm.image.archive.frame.ZstdLibrary;
import crjvm.image.inspect.ImageVerifier;
import crjvm.image.manifest.ImageFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanCheck;
import crjvm.image.plan.PlanFile;
import crjvm.image.signature.ImageSignature;
import crjvm.image.signature.TrustedKeys;
import crjvm.oci.artifact.block.Block;
import crjvm.oci.artifact.block.BlockLayer;
import crjvm.oci.artifact.block.DeltaLayer;
import crjvm.oci.artifact.block.SparseFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import land.oras.Index;
import land.oras.ManifestDescriptor;

/**
 * Gets an image from a registry, which is not trusted. Nothing is used unless it has the requested
 * digest, a simple name, and the size that the image's own manifest gives. Blocks that an
 * interrupted pull has got, and blocks of the image that is replaced, are not fetched again.
 */
public final class ImagePuller {
  private static final int MAX_VARIANTS = 256;
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
    Artifact artifact = Artifact.of(remote.manifest(digest), remote);
    Target target = new Target(path, ImageModes.OF_OWNER, List.of(path), isAny, Optional.empty());
    Files.createDirectories(path.getParent());
    return fetch(target, digest, artifact);
  }

  /**
   * Pulls an image into a store, unless it is there, and makes the reference point to it.
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
      Artifact artifact = Artifact.of(remote.manifest(digest), remote);
      store.checkQuota(artifact.length(), System.getenv("CRJVM_STORE_SIZE"));
      store.prepare(digest);
      Target target =
          new Target(store.image(digest), store.modes(), store.images(), isAny, Optional.of(store));
      sizes = fetch(target, digest, artifact);
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
   * @param store the store that gets the image, if one does. There, two pulls may be for one image
   */
  private record Target(
      Path image, ImageModes modes, List<Path> others, boolean isAny, Optional<ImageStore> store) {}

  private Sizes fetch(Target target, String digest, Artifact artifact)
      throws IOException, ImageException, InterruptedException {
    Path path = target.image();
    String prefix = "." + path.getFileName() + ".";
    Path partial = path.resolveSibling(prefix + digest.substring(7, 23) + ".pull");
    while (true) {
      PrivateFolder.create(partial);
      PartialName.mark(partial);
      Path lockPath = partial.resolve("lock");
      try (FileChannel lockFile =
              FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(lockFile, target)) {
        if (!Files.exists(lockPath)) {
          continue; // the pull that had the lock has removed the folder
        }
        Sizes sizes = fillOrFind(partial, target, digest, artifact);
        lock.release();
        PartialName.deleteLeft(path.getParent(), name -> isPartial(name, prefix));
        return sizes;
      } catch (IOException e) {
        if (isFull(e)) {
          OwnFiles.delete(partial); // it would keep the disk full
        }
        throw e;
      }
    }
  }

  /** Puts the image in its place, unless a pull by another name of the image has done that. */
  private Sizes fillOrFind(Path partial, Target target, String digest, Artifact artifact)
      throws IOException, ImageException, InterruptedException {
    ImageStore store = target.store().orElse(null);
    if (store != null && store.has(digest)) {
      trusted.check(store.image(digest));
      return store.sizes(digest);
    }
    Path fresh = partial.resolve("image");
    if (!Files.exists(fresh)) {
      checkRoom(partial, target.image(), artifact.length());
    }
    PrivateFolder.create(fresh);
    if (store != null) {
      store.note(digest, artifact.blocks().toList());
    }
    Sizes sizes = fill(fresh, target, artifact);
    Files.setPosixFilePermissions(fresh, target.modes().folder());
    new ImagePlace(target.image())
        .publish(fresh, partial.resolve("replaced"), NameExchange.ofDistribution());
    if (store != null) {
      store.welcome(digest);
    }
    return sizes;
  }

  private static void checkRoom(Path partial, Path image, long bytes)
      throws IOException, ImageException {
    long free = Files.getFileStore(partial).getUsableSpace();
    if (bytes > free) {
      OwnFiles.delete(partial);
      throw new ImageException(
          "there is no room for \""
              + image
              + "\": it takes "
              + ImageStore.mebibytes(bytes)
              + " MiB, and "
              + (free >> 20)
              + " MiB are free; make room there, or choose another folder");
    }
  }

  /** Returns whether a failure says that the disk, or the user's share of it, is full. */
  static boolean isFull(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      String text = String.valueOf(e.getMessage());
      if (text.contains("No space left on device") || text.contains("Disk quota exceeded")) {
        return true;
      }
    }
    return false;
  }

  /** Locks the folder of the pull. In a store it waits for a pull by another name of the image. */
  private static FileLock lock(FileChannel file, Target target) throws IOException, ImageException {
    if (target.store().isPresent()) {
      return file.lock();
    }
    FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new ImageException(
          "another pull is making \"" + target.image() + "\" just now; wait for its end");
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
              + machine.misfit(variants)
              + "; push one that was made on a machine like this");
    }
    String digest = all.get(chosen).getDigest();
    if (digest == null || !digest.matches("sha256:[0-9a-f]{64}")) {
      throw remote.wrong("a digest is malformed");
    }
    return digest;
  }

  private Sizes fill(Path fresh, Target target, Artifact artifact)
      throws IOException, ImageException, InterruptedException {
    List<BlockLayer> layers = artifact.layers();
    LocalBlocks local = LocalBlocks.of(target.others());
    LayerFetch work = new LayerFetch(remote, fresh, local, progress, artifact.length());
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
      for (DeltaLayer each : artifact.deltas()) {
        apply(artifact, each, work, local, rest);
      }
      finish(fresh, rest, target.modes());
      verify(fresh);
    } catch (ImageException e) {
      String cause = e.getMessage().replace(fresh.toString(), target.image().toString());
      throw new ImageException(cause, e);
    }
    return new Sizes(
        artifact.length(), remote.transferred(), Math.toIntExact(artifact.blocks().count()));
  }

  /** Applies a delta. The folder of the pull keeps the base until the image is complete. */
  private void apply(
      Artifact artifact,
      DeltaLayer layer,
      LayerFetch work,
      LocalBlocks local,
      Map<String, Long> sizes)
      throws IOException, ImageException, InterruptedException {
    Long size = sizes.get(layer.file());
    if (size == null) {
      throw remote.wrong("a layer lies outside of its file");
    }
    LayerFetch base =
        new LayerFetch(
            remote, work.folder().getParent(), local, (done, total) -> {}, artifact.baseLength());
    work.apply(artifact, layer, base, size);
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
        Artifact.blocks(layers)
            .filter(each -> each.file().equals(file))
            .mapToLong(Block::end)
            .max()
            .orElse(0);
    if (end > most) {
      throw remote.wrong("its " + file + " is too long");
    }
    return end;
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
}
