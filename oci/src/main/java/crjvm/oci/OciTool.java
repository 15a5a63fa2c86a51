package crjvm.oci;

import crjvm.image.ImageException;
import crjvm.image.manifest.Names;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;

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
    if (args.length == 0) {
      line.usage(System.err);
      System.exit(USAGE);
    }
    System.exit(line.execute(args));
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
    System.err.println("crjvm: " + Names.visible(explain(command, e)));
    return FAILED;
  }

  private static String explain(String command, Exception e) {
    if (e instanceof ImageException) {
      return e.getMessage();
    } else if (e instanceof NoSuchFileException missing) {
      return "cannot " + command + ": there is no \"" + missing.getFile() + "\"; check the path";
    } else if (e instanceof AccessDeniedException denied) {
      return "cannot " + command + ": no permission for \"" + denied.getFile() + "\"; check it";
    } else if (e instanceof IOException) {
      return "cannot " + command + ": " + e.getMessage() + "; check disk and permissions";
    }
    return "cannot " + command + ": " + e + "; set CRJVM_DEBUG=1 for more and report it";
  }
}
