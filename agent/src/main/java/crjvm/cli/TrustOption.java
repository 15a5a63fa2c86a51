package crjvm.cli;

import crjvm.image.ImageException;
import crjvm.image.signature.TrustedKeys;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the signers whose images a command accepts. */
final class TrustOption {
  @Option(
      names = "--require-signature",
      paramLabel = "FILE",
      defaultValue = "${env:CRJVM_REQUIRE_SIGNATURE}",
      description =
          "take only an image that was signed with the counterpart of a public key in this file,"
              + " PEM (default: $CRJVM_REQUIRE_SIGNATURE; else any image)")
  private Path file;

  boolean isGiven() {
    return file != null && !file.toString().isEmpty();
  }

  TrustedKeys keys() throws IOException, ImageException {
    return isGiven() ? TrustedKeys.read(file) : TrustedKeys.ANY;
  }

  Path file() {
    return file;
  }
}
