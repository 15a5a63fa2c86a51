package crjvm.agent.checkpoint.folder;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.image.ImagePlace;
import crjvm.image.OwnFiles;
import crjvm.image.PartialName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder with the numbered images of a long job. The launcher uses the image with the highest
 * number. An entry whose name does not begin with a dot is always a complete image.
 */
public final class ImageSeries {
  private static final String PREFIX = "image-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "\\d{9}");

  private final Path folder;
  private final int keep;

  /**
   * @param folder the absolute path of the folder
   * @param keep the number of images that are kept
   */
  public ImageSeries(Path folder, int keep) {
    this.folder = folder;
    this.keep = keep;
  }

  /**
   * Checks that images can be written here.
   *
   * @param what the operation that fails otherwise
   * @throws Failure images could not be written here
   */
  public void check(String what) throws Failure {
    if (new ImagePlace(folder).isImage()) {
      throw new Failure(
          what,
          "\"" + folder + "\" is an image, not a folder for those of every=",
          "remove it or choose another image=DIR");
    }
    new ImageFolder(next(what)).check(what);
  }

  /**
   * Returns the place of the next image. Its number is higher than all existing ones, so that a
   * restored process continues to count.
   */
  public Path next(String what) throws Failure {
    try {
      List<Path> images = images();
      int last = images.isEmpty() ? 0 : number(images.get(images.size() - 1));
      return folder.resolve(String.format("%s%09d", PREFIX, last + 1));
    } catch (IOException e) {
      throw new Failure(
          what,
          "the folder \"" + folder + "\" can't be read (" + e.getMessage() + ")",
          "choose another image=DIR",
          e);
    }
  }

  private static int number(Path image) {
    return Integer.parseInt(image.getFileName().toString().substring(PREFIX.length()));
  }

  /** Returns the images, the oldest first. */
  private List<Path> images() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(entry -> NAME.matcher(entry.getFileName().toString()).matches())
          .sorted()
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }

  /** Removes images that are too old, and folders that killed processes have left. */
  public void prune() {
    try {
      List<Path> images = images();
      for (Path image : images.subList(0, Math.max(0, images.size() - keep))) {
        Path grave = PartialName.beside(image);
        Files.move(image, grave, StandardCopyOption.ATOMIC_MOVE);
        OwnFiles.delete(grave);
      }
      PartialName.deleteAbandoned(folder);
    } catch (IOException e) {
      Console.say(
          "an old image in \""
              + folder
              + "\" could not be removed ("
              + e.getMessage()
              + "); remove it");
    }
  }
}
