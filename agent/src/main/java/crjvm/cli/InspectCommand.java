package crjvm.cli;

import crjvm.image.inspect.ImageInspector;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code inspect}: says what is in an image. */
@Command(
    name = "inspect",
    description = "Says what is in an image.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      defaultValue = "crjvm-image",
      description = "the image (default: crjvm-image)")
  private Path image;

  @Override
  public Integer call() throws Exception {
    ImageInspector.print(image, System.out);
    return 0;
  }
}
