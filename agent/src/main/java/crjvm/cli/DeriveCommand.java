package crjvm.cli;

import crjvm.trial.DerivedImage;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The command {@code derive}, which makes an image of the same checkpoint with another layout, to
 * measure the effect of layouts.
 */
@Command(
    name = "derive",
    hidden = true,
    description = "Makes an image without a working set of an image, for measurements.",
    mixinStandardHelpOptions = true)
final class DeriveCommand implements Callable<Integer> {
  @Option(
      names = "--copied",
      description = "a restore copies all memory instead of mapping what it can")
  private boolean copied;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "the new image, a folder that does not exist yet, on the same file system")
  private Path output;

  @Mixin private ImageArgument image;

  @Override
  public Integer call() throws Exception {
    DerivedImage.make(image.path(), output, copied);
    return 0;
  }
}
