package crjvm.oci.artifact;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import crjvm.image.ImageException;
import crjvm.image.OwnFiles;
import crjvm.image.inspect.ImageVerifier;
import crjvm.image.manifest.Manifest;
import crjvm.image.manifest.Names;
import crjvm.image.plan.PlanFile;
import crjvm.oci.artifact.block.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder with the images of registries, each under the digest that it has there, and with the
 * references to them. The launcher reads it at each start. {@code libexec/store-entry.sh} describes
 * its files.
 */
public final class ImageStore {
  private static final long MEBIBYTE = 1 << 20;
  private static final long DEFAULT_LIMIT = 10L << 30;

  private static final Pattern SIZE = Pattern.compile("(\\d{1,14})([kKmMgGtT]?)");

  private static final String UNITS = "kmgt";

  private static final String PLACE = "oci://";
  private static final String DIGEST = "sha256:";
  private static final String BLOCKS = "blocks";
  private static final String UNFIT = "unfit";
  private static final String UNWRITTEN = "unwritten";
  private static final String ASKED = "asked";

  private final Path folder;

  /**
   * Names a store.
   *
   * @param folder the store, which exists
   */
  public ImageStore(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /** Returns all images in the store of this machine, as the launcher finds it. */
  static List<Path> imagesHere() throws IOException {
    Map<String, String> environment = System.getenv();
    String own = environment.getOrDefault("CRJVM_STORE", "");
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    Path store = Path.of("/var/lib/crjvm");
    if (!own.isEmpty()) {
      store = Path.of(own);
    } else if (!Files.isDirectory(store)) {
      store = cache.isEmpty() ? Path.of(home, ".cache") : Path.of(cache);
      store = store.resolve("crjvm-store");
    }
    return Files.isReadable(store.resolve("images")) ? new ImageStore(store).images() : List.of();
  }

  private Path entry(String digest) {
    return folder.resolve("images").resolve(digest.substring(DIGEST.length()));
  }

  Path image(String digest) {
    return entry(digest).resolve("image");
  }

  /**
   * Returns the permissions of new images. Every user who may read the store may read its images.
   */
  ImageModes modes() throws IOException {
    return ImageModes.of(folder);
  }

  /** Returns all images, whose blocks need not be fetched again. */
  List<Path> images() throws IOException {
    Path all = folder.resolve("images");
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(all)) {
      return entries.map(each -> each.resolve("image")).filter(Files::isDirectory).toList();
    }
  }

  /**
   * Returns whether the image is here. An image that could not be used is read, because it may be
   * damaged, and so is one that the disk may not have got.
   */
  boolean has(String digest) throws IOException {
    Path image = image(digest);
    if (!Files.isReadable(image.resolve(Manifest.FILE))
        || !Files.isReadable(image.resolve(PlanFile.FILE))) {
      return false;
    }
    Path unfit = entry(digest).resolve(UNFIT);
    try {
      if ((Files.exists(unfit) && Files.size(unfit) > 0)
          || Files.exists(entry(digest).resolve(UNWRITTEN))) {
        ImageVerifier.verifyContents(image);
      }
      return true;
    } catch (ImageException e) {
      return false;
    }
  }

  /**
   * Refuses an image that alone has more bytes than all images of the store may have.
   *
   * @param most the text of {@code CRJVM_STORE_SIZE}; one that is no size counts as the default
   */
  void checkQuota(long bytes, String most) throws ImageException {
    long limit = limit(most);
    if (bytes > limit) {
      throw new ImageException(
          "the image takes "
              + mebibytes(bytes)
              + " MiB, and the store \""
              + folder
              + "\" may have no more than "
              + limit / MEBIBYTE
              + " MiB; set CRJVM_STORE_SIZE to more");
    }
  }

  private static long limit(String text) {
    Matcher matcher = SIZE.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      return DEFAULT_LIMIT;
    }
    String unit = matcher.group(2).toLowerCase(Locale.ROOT);
    int shift = unit.isEmpty() ? 0 : 10 * (UNITS.indexOf(unit) + 1);
    long count = Long.parseLong(matcher.group(1));
    return count > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : count << shift;
  }

  /** Returns the number of MiB, rounded up. */
  static long mebibytes(long bytes) {
    return (bytes + MEBIBYTE - 1) / MEBIBYTE;
  }

  /** Makes room for an image. */
  void prepare(String digest) throws IOException {
    createFolder(folder.resolve("images"));
    createFolder(entry(digest));
    if (!Files.exists(image(digest).resolve(Manifest.FILE))) {
      OwnFiles.delete(image(digest)); // a part of an image, which a pull would not replace
    }
  }

  /** Notes the blocks of an image for pulls of others. */
  void note(String digest, List<Block> blocks) throws IOException {
    write(
        entry(digest).resolve(BLOCKS),
        String.join("", blocks.stream().map(each -> each.format() + "\n").toList()));
  }

  /** Forgets what was noted about an earlier image with this digest, now that the disk has one. */
  void welcome(String digest) throws IOException {
    Files.deleteIfExists(entry(digest).resolve(UNWRITTEN));
    Files.deleteIfExists(entry(digest).resolve(UNFIT));
    Files.deleteIfExists(entry(digest).resolve(ASKED));
  }

  /** Returns the size of an image that is here, so that nothing was transferred. */
  Sizes sizes(String digest) throws IOException, ImageException {
    long content = 0;
    int count = 0;
    for (Block each : blocks(image(digest))) {
      content += each.length();
      count++;
    }
    return new Sizes(content, 0, count);
  }

  /** Returns the blocks of an image of a store, or an empty list for other images. */
  static List<Block> blocks(Path image) throws IOException, ImageException {
    Path file = image.resolveSibling(BLOCKS);
    if (!image.endsWith("image") || !Files.isReadable(file)) {
      return List.of();
    }
    List<Block> blocks = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      blocks.add(Block.parse(line));
    }
    return blocks;
  }

  /**
   * Makes a reference point to an image.
   *
   * @param place {@code oci://HOST/NAME:TAG} or {@code oci://HOST/NAME@sha256:DIGEST}
   */
  void refer(String place, String digest) throws IOException, ImageException {
    String name = place.substring(PLACE.length());
    int mark = name.indexOf("@" + DIGEST);
    String file =
        mark >= 0
            ? "@" + name.substring(mark + 1 + DIGEST.length())
            : name.substring(name.lastIndexOf(':'));
    Path parent = folder.resolve("refs");
    createFolder(parent);
    for (String part : name.substring(0, mark >= 0 ? mark : name.lastIndexOf(':')).split("/")) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw new ImageException(
            Names.quote(place) + " is not a place in a registry; give oci://HOST/NAME:TAG");
      }
      parent = parent.resolve(part);
      createFolder(parent);
    }
    write(parent.resolve(file), digest + "\n");
  }

  /**
   * Creates a folder. The permissions of the store's own folder decide who may read its contents.
   */
  private static void createFolder(Path path) throws IOException {
    if (!Files.isDirectory(path, NOFOLLOW_LINKS)) {
      Files.createDirectory(path);
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** Writes a file in one step. */
  private static void write(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling("new" + file.getFileName());
    Files.deleteIfExists(fresh);
    Files.writeString(fresh, text);
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
