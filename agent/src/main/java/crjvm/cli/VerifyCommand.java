package crjvm.cli;

import crjvm.image.inspect.ImageVerifier;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code verify}, which checks whether an image is complete and unchanged. */
@Command(
    name = "verify",
    description = "Finds out whether an image is whole, and the files it needs are what they were.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin private ImageArgument image;
  @Mixin private TrustOption trust;

  @Override
  public Integer call() throws Exception {
    trust.keys().check(image.path());
    ImageVerifier.verify(image.path());
    System.out.println(
        "\""
            + image.path()
            + "\" is whole"
            + (trust.isGiven() ? ", and signed by a key of \"" + trust.file() + "\"" : ""));
    return 0;
  }
}
