package crjvm.oci;

import crjvm.image.archive.frame.ProgressLine;
import crjvm.image.signature.TrustedKeys;
import crjvm.oci.artifact.ImagePuller;
import crjvm.oci.artifact.ImageStore;
import crjvm.oci.artifact.Sizes;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pull}: gets an image from a registry. */
@Command(
    name = "pull",
    description =
        "Gets the image that fits this machine's CPU and JDK from a registry, undamaged or not at"
            + " all. A pull that was interrupted goes on, and blocks of an image that is there are"
            + " not fetched again.",
    mixinStandardHelpOptions = true)
final class PullCommand implements Callable<Integer> {
  @Mixin private RegistryOptions options;

  @Parameters(index = "0", paramLabel = "oci://HOST/NAME:TAG", description = "where it is")
  private String place;

  @Parameters(
      index = "1",
      paramLabel = "DIR",
      description = "the image; one that is there is replaced")
  private Path image;

  @Option(
      names = "--require-signature",
      paramLabel = "FILE",
      description =
          "take only an image that was signed with the counterpart of a public key in this file,"
              + " PEM (default: $CRJVM_REQUIRE_SIGNATURE; else any image)")
  private Path keys;

  @Option(
      names = "--any",
      description = "take the last variant even if it does not fit this machine")
  private boolean isAny;

  /** Only the launcher gives this option. */
  @Option(
      names = "--store",
      hidden = true,
      description = "DIR is a store, in which the image gets a place under its digest")
  private boolean isStore;

  /** Only the launcher gives this option. */
  @Option(
      names = "--start",
      hidden = true,
      description = "a start waits for the image; this client waits for the disk all the same")
  private boolean isStart;

  @Override
  public Integer call() throws Exception {
    TrustedKeys trusted =
        TrustedKeys.read(Optional.ofNullable(keys).or(TrustedKeys::fileOfEnvironment));
    Sizes sizes;
    try (ProgressLine progress = options.progress("pulling")) {
      ImagePuller puller = new ImagePuller(place, options.plainHttp(), trusted, progress);
      sizes = isStore ? puller.pullInto(new ImageStore(image), isAny) : puller.pull(image, isAny);
    }
    System.out.printf(
        isStore ? "\"%s\" is in the store: %s%n" : "\"%s\" is pulled: %s%n",
        isStore ? place : image,
        options.sizes(sizes));
    return 0;
  }
}
