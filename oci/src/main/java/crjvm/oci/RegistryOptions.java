package crjvm.oci;

import crjvm.image.archive.frame.ProgressLine;
import crjvm.oci.artifact.Sizes;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options that {@code push} and {@code pull} share. */
final class RegistryOptions {
  private static final double MIB = 1 << 20;

  @Option(
      names = "--plain-http",
      description = "the registry may be asked without TLS, as those on this machine are")
  private boolean plainHttp;

  @Option(
      names = "--verbose",
      description = "show the progress even if standard error is not a terminal")
  private boolean verbose;

  boolean plainHttp() {
    return plainHttp;
  }

  ProgressLine progress(String verb) {
    return ProgressLine.of(verb, verbose);
  }

  /** Returns the second half of the final line. */
  String sizes(Sizes sizes) {
    return String.format(
        Locale.ROOT,
        "%.1f MiB in %d blocks; %.1f MiB transferred",
        sizes.content() / MIB,
        sizes.blocks(),
        sizes.transferred() / MIB);
  }
}
