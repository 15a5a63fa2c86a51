package crjvm.cli;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The image that a command is about. */
final class ImageArgument {
  @Parameters(
      paramLabel = "DIR",
      defaultValue = "crjvm-image",
      description = "the image (default: crjvm-image)")
  private Path path;

  Path path() {
    return path;
  }
}
