package crjvm.agent.checkpoint.folder;

import crjvm.agent.message.Failure;
import crjvm.agent.os.jna.Kernel;
import crjvm.image.ImagePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The place of the image. It is checked before the start and filled by a rename. */
public final class ImageFolder {
  private final Path path;
  private final ImagePlace place;

  /**
   * @param path the absolute path of the image
   */
  public ImageFolder(Path path) {
    this.path = path;
    place = new ImagePlace(path);
  }

  public Path path() {
    return path;
  }

  /**
   * Checks that an image can be written here.
   *
   * @param what the operation that fails otherwise
   * @throws Failure an image could not be written here
   */
  public void check(String what) throws Failure {
    if (path.getFileName() == null) {
      throw new Failure(
          what, "\"" + path + "\" can't be an image folder", "choose another image=DIR");
    }
    if (place.isTaken()) {
      throw new Failure(
          what,
          "\"" + path + "\" exists and is not an image",
          "remove it or choose another image=DIR");
    }
    Path existing = path.getParent();
    while (!Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
      throw new Failure(
          what,
          "the folder \"" + existing + "\" can't be written",
          "choose another image=DIR or change its permissions");
    }
  }

  /**
   * Moves a complete image to its place. An older image is moved away first, and is moved back if
   * that fails.
   *
   * @param image the complete image, which lies beside this folder and is on disk already
   * @param graveyard the place for the older image, which the owner of that place deletes
   */
  public void publish(Path image, Path graveyard) throws IOException {
    if (!new ImagePlace(image).isImage()) {
      throw new NoSuchFileException(image.resolve("manifest").toString());
    }
    place.publish(image, graveyard, Kernel::exchange);
  }

  /** Returns the size of all files in bytes. */
  public long size() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    }
  }
}
