package crjvm.agent.checkpoint.folder;

import crjvm.agent.message.Failure;
import crjvm.agent.os.Kernel;
import crjvm.image.ImagePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The place of the image: looked at before the start, filled by a rename. */
public final class ImageFolder {
  private final Path path;
  private final ImagePlace place;

  /**
   * @param path absolute
   */
  public ImageFolder(Path path) {
    this.path = path;
    place = new ImagePlace(path);
  }

  public Path path() {
    return path;
  }

  /**
   * @param what fails
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
   * Puts a complete image in its place. An older image makes room first and returns when that
   * fails.
   *
   * @param image beside this folder, on disk already
   * @param graveyard where the older image goes; whoever owns it deletes it
   */
  public void publish(Path image, Path graveyard) throws IOException {
    place.publish(image, graveyard, Kernel::exchange);
  }

  /** In bytes. */
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
