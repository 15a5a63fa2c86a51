package crjvm.agent.checkpoint.folder;

import crjvm.agent.message.Console;
import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Path;

/** The size of the process's memory, and the reasons why the image is smaller. */
public final class Sizes {
  private static final int ZERO = 3; // the index of this word in a region; word 0 is the sum
  private static final double MEBIBYTE = 1 << 20;

  private Sizes() {}

  /**
   * Returns text to be put after the image's size, or empty text if the sizes can't be read.
   *
   * @param returned the bytes that were returned to the system before the dump
   */
  public static String describe(Path image, long returned) {
    try {
      return describe(Manifest.read(image), returned);
    } catch (IOException | ImageException | RuntimeException e) {
      Console.trace(e); // The sizes are only for messages.
      return "";
    }
  }

  static String describe(Manifest manifest, long returned) {
    long dumped = 0;
    long left = 0;
    for (String region : manifest.all(Manifest.REGION)) {
      String[] words = region.split(" ");
      dumped += Long.parseLong(words[0]);
      left += Long.parseLong(words[ZERO]);
    }
    long free = Long.parseLong(manifest.first(Manifest.FREE_HEAP).orElse("0"));
    return String.format(
        " (memory: %.0f MiB dumped, of which %.0f MiB of free heap and %.0f MiB of zeroes and unused stack are left out;"
            + " returned before: %.0f MiB)",
        dumped / MEBIBYTE, free / MEBIBYTE, (left - free) / MEBIBYTE, returned / MEBIBYTE);
  }
}
