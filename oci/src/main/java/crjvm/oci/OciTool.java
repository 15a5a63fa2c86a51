package crjvm.oci;

import crjvm.image.CommandFailure;
import crjvm.image.manifest.Names;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** {@code java -jar crjvm-oci.jar COMMAND}: the commands for containers and their registries. */
@Command(
    name = "crjvm",
    description = "Ships images.",
    mixinStandardHelpOptions = true,
    subcommands = {OciCommand.class, PushCommand.class, PullCommand.class, HelpCommand.class})
public final class OciTool {
  private static final int FAILED = 1;

  /** The launcher's status for wrong use. */
  private static final int USAGE = 125;

  private OciTool() {}

  /** Ends with 0, with 1 if a command failed, or with 125 for wrong use. */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new OciTool());
    line.setExecutionExceptionHandler((e, command, parsed) -> fail(command.getCommandName(), e));
    line.setParameterExceptionHandler(OciTool::refuse);
    line.registerConverter(Path.class, OciTool::path);
    if (args.length == 0) {
      line.usage(System.err);
      System.exit(USAGE);
    }
    System.exit(line.execute(args));
  }

  /** An empty path, as of a variable that is not set, would switch off what the option is for. */
  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("it is empty; give a path");
    }
    return Path.of(text);
  }

  private static int refuse(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String text = e.getMessage().replace('\n', ' ').replace('\'', '"');
    err.println("crjvm: wrong use: " + text + "; see crjvm help " + args[0]);
    return USAGE;
  }

  private static int fail(String command, Exception e) throws Exception {
    if ("1".equals(System.getenv("CRJVM_DEBUG"))) {
      throw e;
    }
    System.err.println("crjvm: " + Names.visible(CommandFailure.explain(command, e)));
    return FAILED;
  }
}
