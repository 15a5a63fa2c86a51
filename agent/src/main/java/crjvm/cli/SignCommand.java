package crjvm.cli;

import crjvm.image.signature.ImageSignature;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code sign}, which signs an image. */
@Command(
    name = "sign",
    description = "Signs an image (Ed25519), so that others can require the signature.",
    mixinStandardHelpOptions = true)
final class SignCommand implements Callable<Integer> {
  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description =
          "the private key, PEM, as of: openssl genpkey -algorithm ed25519; -: standard input")
  private Path key;

  @Mixin private ImageArgument image;

  @Override
  public Integer call() throws Exception {
    ImageSignature.sign(image.path(), key);
    System.out.println("\"" + image.path() + "\" is whole, and now signed");
    return 0;
  }
}
