package crjvm.cli;

import crjvm.image.signature.ImageSignature;
import crjvm.trial.RequestPages;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code optimize}, which makes later restores faster. */
@Command(
    name = "optimize",
    description = "Makes the restores of an image faster.",
    mixinStandardHelpOptions = true)
final class OptimizeCommand implements Callable<Integer> {
  @Option(
      names = "--train",
      required = true,
      description =
          "restore the image twice, on ports of its own, send it the requests of its warm-up, and"
              + " note which memory they write; later restores ask for it in one go")
  private boolean train;

  @Option(
      names = "--request",
      paramLabel = "URL",
      description = "ask for this instead, on a port that the image listens on; may be repeated")
  private List<URI> requests = List.of();

  @Option(names = "--launcher", required = true, hidden = true)
  private Path launcher;

  @Mixin private ImageArgument image;

  @Override
  public Integer call() throws Exception {
    boolean wasSigned = Files.exists(image.path().resolve(ImageSignature.FILE));
    RequestPages.Result result = RequestPages.record(image.path(), launcher, requests);
    System.out.printf(
        "the working set of \"%s\" is recorded: its requests (%d) write %d KiB%n",
        image.path(), result.requests(), result.written() >> 10);
    if (wasSigned) {
      System.out.println("its signature is removed, because the plan has changed; sign it again");
    }
    return 0;
  }
}
