package crjvm.cli;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The image argument of a command. */
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
