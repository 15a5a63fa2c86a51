package crjvm.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Where an image is or will be. It is filled by a rename: the image there is whole, or absent. */
public final class ImagePlace {
  private final Path path;

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
    boolean isReplacing = isImage();
    if (isReplacing) {
      Files.move(path, graveyard, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(image, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (isReplacing) {
        Files.move(graveyard, path, StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
    force(path.getParent());
  }

  /** What a folder names stays named after a power cut. */
  public static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
