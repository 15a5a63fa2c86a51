package crjvm.cli;

import crjvm.image.inspect.ImageDescription;
import crjvm.image.inspect.ImageInspector;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code inspect}, which shows the contents of an image. */
@Command(
    name = "inspect",
    description = "Says what is in an image.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Mixin private ImageArgument image;

  @Option(names = "--json", description = "As one JSON object. Sizes are in bytes.")
  private boolean isJson;

  @Option(
      names = "--identity",
      description = "Only what copies have in common and each should have of its own.")
  private boolean isAboutIdentity;

  @Override
  public Integer call() throws Exception {
    if (isJson) {
      System.out.println(JsonRecords.format(ImageDescription.of(image.path())));
    } else if (isAboutIdentity) {
      ImageInspector.printCommon(image.path(), System.out);
    } else {
      ImageInspector.print(image.path(), System.out);
    }
    return 0;
  }
}
