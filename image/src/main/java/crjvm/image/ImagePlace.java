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

/** Where an image is or will be. It is filled by a rename: the image there is whole, or absent. */
public final class ImagePlace {
  /** More often than others can put images into one place between two acts of this process. */
  private static final int ATTEMPTS = 100;

  private final Path path;

  /** Swaps what two names stand for, in one act. */
  @FunctionalInterface
  public interface Exchange {
    /**
     * @return false: it can't be done here, or one of them is not there
     */
    boolean swap(Path one, Path other);
  }

  /**
   * @param path absolute
   */
  public ImagePlace(Path path) {
    this.path = path;
  }

  public boolean isImage() {
    return Files.isRegularFile(path.resolve("manifest"));
  }

  /** Something is there that an image must not replace. */
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
   * Puts a complete image in its place. An older image makes room first and returns when that
   * fails.
   *
   * @param image in the same file system, on disk already
   * @param graveyard where the older image goes; whoever owns it deletes it
   */
  public void publish(Path image, Path graveyard) throws IOException {
    publish(image, graveyard, (one, other) -> false);
  }

  /**
   * Where {@code exchange} works there is an image at every moment. The older one may then be found
   * where the new one was.
   */
  public void publish(Path image, Path graveyard, Exchange exchange) throws IOException {
    for (int attempt = 1; !tryPublish(image, graveyard, exchange, attempt < ATTEMPTS); attempt++) {
      continue;
    }
    force(path.getParent());
  }

  /**
   * @return false: somebody else has put an image there, or taken it away, just now
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
        OwnFiles.delete(graveyard); // its room is needed for the next
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

  /** What a folder names stays named after a power cut. */
  public static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
