package crjvm.cli;

import crjvm.image.arch.Architecture;
import crjvm.image.inspect.ImageVerifier;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code verify}, which checks whether an image is complete and unchanged. */
@Command(
    name = "verify",
    description =
        "Checks whether an image is complete and undamaged, and whether the files that it needs are"
            + " unchanged. Files of another kind of machine are not looked for.",
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin private ImageArgument image;
  @Mixin private TrustOption trust;

  @Override
  public Integer call() throws Exception {
    trust.keys().check(image.path());
    Optional<Architecture> other = ImageVerifier.verify(image.path());
    System.out.println(
        "\""
            + image.path()
            + "\" is whole"
            + trust.file().map(file -> ", and signed by a key of \"" + file + "\"").orElse("")
            + other
                .map(each -> "; it is for " + each.title() + ": the files it needs are not here")
                .orElse(""));
    return 0;
  }
}
