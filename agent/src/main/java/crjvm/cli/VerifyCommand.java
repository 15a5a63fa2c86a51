package crjvm.cli;

import crjvm.image.inspect.ImageVerifier;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code verify}: finds out whether an image is whole. */
@Command(
    name = "verify",
    description = "Finds out whether an image is whole.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      defaultValue = "crjvm-image",
      description = "the image (default: crjvm-image)")
  private Path image;

  @Override
  public Integer call() throws Exception {
    ImageVerifier.verify(image);
    System.out.println("\"" + image + "\" is whole");
    return 0;
  }
}
