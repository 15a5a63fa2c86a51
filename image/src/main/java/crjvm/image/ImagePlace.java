package crjvm.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The place where an image is or will be. A rename fills it, so the image there is complete or
 * absent.
 */
public final class ImagePlace {
  /**
   * The limit of attempts. Other processes can't put images into one place this often between two
   * steps of this process.
   */
  private static final int ATTEMPTS = 100;

  private final Path path;

  /** Swaps two names in one step. */
  @FunctionalInterface
  public interface Exchange {
    /**
     * Swaps two names.
     *
     * @return false if that is not possible here, or one of the two does not exist
     */
    boolean swap(Path one, Path other);
  }

  /**
   * Names a place.
   *
   * @param path an absolute path
   */
  public ImagePlace(Path path) {
    this.path = path;
  }

  public boolean isImage() {
    return Files.isRegularFile(path.resolve("manifest"));
  }

  /** Returns whether something is there that an image must not replace. */
  public boolean isTaken() {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !isImage() && !isEmptyFolder();
  }

  private boolean isEmptyFolder() {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Puts a complete image in its place. An older image is moved away first, and moved back if that
   * fails.
   *
   * @param image an image in the same file system, already on disk
   * @param graveyard the path that the older image is moved to; the caller deletes it
   */
  public void publish(Path image, Path graveyard) throws IOException {
    publish(image, graveyard, (one, other) -> false);
  }

  /**
   * Puts a complete image in its place. Where {@code exchange} works, there is an image at every
   * moment. The older one may then be found where the new one was.
   */
  public void publish(Path image, Path graveyard, Exchange exchange) throws IOException {
    for (int attempt = 1; !tryPublish(image, graveyard, exchange, attempt < ATTEMPTS); attempt++) {
      continue;
    }
    force(path.getParent());
  }

  /**
   * Tries once to put an image in its place.
   *
   * @return false if another process has just put an image there, or removed it
   */
  private boolean tryPublish(Path image, Path graveyard, Exchange exchange, boolean canTryAgain)
      throws IOException {
    boolean isReplacing = isImage();
    if (isReplacing && exchange.swap(image, path)) {
      return true;
    }
    try {
      if (isReplacing) {
        Files.move(path, graveyard, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (NoSuchFileException e) {
      return tryAgain(canTryAgain, e);
    }
    try {
      Files.move(image, path, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      if (isReplacing && !isImage()) {
        Files.move(graveyard, path, StandardCopyOption.ATOMIC_MOVE);
        throw e;
      }
      if (isReplacing) {
        OwnFiles.delete(graveyard); // the next one needs this path
      }
      return tryAgain(canTryAgain && isImage(), e);
    }
  }

  private static boolean tryAgain(boolean canTryAgain, IOException failure) throws IOException {
    if (!canTryAgain) {
      throw failure;
    }
    return false;
  }

  /** Writes the entries of a folder to disk, so that they survive a power failure. */
  public static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
