package crjvm.oci;

import crjvm.image.archive.frame.ProgressLine;
import crjvm.oci.artifact.ImagePusher;
import crjvm.oci.artifact.Sizes;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code push}: puts an image in a registry. */
@Command(
    name = "push",
    description =
        "Puts an image into a registry, beside those for other CPUs and JDKs that the tag has"
            + " already. Blocks that the registry has are not sent.",
    mixinStandardHelpOptions = true)
final class PushCommand implements Callable<Integer> {
  @Mixin private RegistryOptions options;

  @Parameters(index = "0", paramLabel = "DIR", description = "the image")
  private Path image;

  @Parameters(index = "1", paramLabel = "oci://HOST/NAME:TAG", description = "where it goes")
  private String place;

  @Option(
      names = "--base",
      paramLabel = "TAG",
      description =
          "send only what the image of this tag of the same name does not say; a pull needs that"
              + " image, too, and gets what it does not have of it")
  private String base;

  @Override
  public Integer call() throws Exception {
    Sizes sizes;
    try (ProgressLine progress = options.progress("pushing")) {
      sizes = new ImagePusher(place, base, options.plainHttp(), progress).push(image);
    }
    System.out.printf("\"%s\" is pushed: %s%n", image, options.sizes(sizes));
    return 0;
  }
}
