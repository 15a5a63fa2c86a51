package crjvm.cli;

import crjvm.image.inspect.ImageInspector;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code inspect}: says what is in an image. */
@Command(
    name = "inspect",
    description = "Says what is in an image.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Mixin private ImageArgument image;

  @Override
  public Integer call() throws Exception {
    ImageInspector.print(image.path(), System.out);
    return 0;
  }
}
