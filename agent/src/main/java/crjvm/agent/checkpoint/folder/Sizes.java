package crjvm.agent.checkpoint.folder;

import crjvm.agent.message.Console;
import crjvm.image.ImageException;
import crjvm.image.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Path;

/** How much memory there was, and why the image is smaller. */
public final class Sizes {
  private static final int ZERO = 3; // of a region's words, and the first is the sum
  private static final double MEBIBYTE = 1 << 20;

  private Sizes() {}

  /**
   * Says it for people, to be put behind the image's size; empty when it can't be found out.
   *
   * @param returned bytes that went back to the system before the dump
   */
  public static String describe(Path image, long returned) {
    try {
      return describe(Manifest.read(image), returned);
    } catch (IOException | ImageException | RuntimeException e) {
      Console.trace(e); // only for messages
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
