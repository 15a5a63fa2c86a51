package crjvm.cli;

import crjvm.image.inspect.ImageVerifier;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code verify}: finds out whether an image is whole. */
@Command(
    name = "verify",
    description = "Finds out whether an image is whole.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin private ImageArgument image;

  @Override
  public Integer call() throws Exception {
    ImageVerifier.verify(image.path());
    System.out.println("\"" + image.path() + "\" is whole");
    return 0;
  }
}
