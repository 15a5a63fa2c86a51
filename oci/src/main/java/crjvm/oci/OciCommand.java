package crjvm.oci;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oci}: the commands for container images. */
@Command(
    name = "oci",
    description = "Makes container images that start from images.",
    mixinStandardHelpOptions = true,
    subcommands = OciBuildCommand.class)
final class OciCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "what to do is missing: build");
  }
}
