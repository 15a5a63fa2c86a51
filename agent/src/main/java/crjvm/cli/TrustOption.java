package crjvm.cli;

import crjvm.image.ImageException;
import crjvm.image.signature.TrustedKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option that names the signers whose images a command accepts. */
final class TrustOption {
  @Option(
      names = "--require-signature",
      paramLabel = "FILE",
      description =
          "take only an image that was signed with the counterpart of a public key in this file,"
              + " PEM (default: $CRJVM_REQUIRE_SIGNATURE; else any image)")
  private Path file;

  /** Returns the file, or nothing if every image is accepted. */
  Optional<Path> file() {
    return Optional.ofNullable(file).or(TrustedKeys::fileOfEnvironment);
  }

  TrustedKeys keys() throws IOException, ImageException {
    return TrustedKeys.read(file());
  }
}
