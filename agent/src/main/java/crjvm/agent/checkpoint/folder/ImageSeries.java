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
 * A folder with the images of a long job, each with a number; the launcher takes the highest. A
 * name without a leading dot is that of a whole image, from its first moment to its last.
 */
public final class ImageSeries {
  private static final String PREFIX = "image-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "\\d{9}");

  private final Path folder;
  private final int keep;

  /**
   * @param folder absolute
   * @param keep how many images stay
   */
  public ImageSeries(Path folder, int keep) {
    this.folder = folder;
    this.keep = keep;
  }

  /**
   * @param what fails
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
   * Where the next image goes: behind all that are there, so that a restored process goes on
   * counting.
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

  /** The oldest first. */
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

  /** Removes what is too old, and what killed processes have left. */
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
