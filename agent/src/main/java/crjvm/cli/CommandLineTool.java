package crjvm.cli;

import crjvm.image.CommandFailure;
import crjvm.image.manifest.Names;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** The command line {@code java -jar crjvm.jar COMMAND}. */
@Command(
    name = "crjvm",
    description = "Works with images.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
public final class CommandLineTool {
  /** The commands by their names, in the order of the usage text. */
  static final List<Map.Entry<String, Class<?>>> COMMANDS =
      List.of(
          Map.entry("checkpoint", CheckpointCommand.class),
          Map.entry("compile", CompileCommand.class),
          Map.entry("inspect", InspectCommand.class),
          Map.entry("verify", VerifyCommand.class),
          Map.entry("sign", SignCommand.class),
          Map.entry("optimize", OptimizeCommand.class),
          Map.entry("pack", PackCommand.class),
          Map.entry("unpack", UnpackCommand.class),
          Map.entry("derive", DeriveCommand.class),
          Map.entry("help", HelpCommand.class));

  private CommandLineTool() {}

  /**
   * Returns the command line, with all commands or, if the first word names one, with this one: a
   * command's options are read from its annotations, which takes longer than many a command.
   */
  private static CommandLine commandLine(String[] args) {
    CommandLine line = new CommandLine(new CommandLineTool());
    boolean isHelp = args.length > 0 && args[0].equals("help");
    boolean isKnown =
        args.length > 0 && COMMANDS.stream().anyMatch(each -> each.getKey().equals(args[0]));
    for (Map.Entry<String, Class<?>> each : COMMANDS) {
      if (isHelp || !isKnown || each.getKey().equals(args[0])) {
        line.addSubcommand(each.getKey(), each.getValue());
      }
    }
    return line;
  }

  /** Runs a command and returns the exit code: 0, 1 if the command failed, 125 for wrong use. */
  public static int run(String[] args) {
    CommandLine line = commandLine(args);
    line.setExecutionExceptionHandler((e, command, parsed) -> fail(command.getCommandName(), e));
    line.setParameterExceptionHandler(CommandLineTool::refuse);
    line.registerConverter(Path.class, CommandLineTool::path);
    if (args.length == 0) {
      line.usage(System.err);
      return ExitStatus.USAGE;
    }
    return line.execute(args);
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
    String name = e.getCommandLine().getCommandName();
    String help = name.equals("crjvm") ? "help" : "help " + name;
    String text = e.getMessage().replace('\n', ' ').replace('\'', '"');
    err.println("crjvm: wrong use: " + text + "; see crjvm " + help);
    return ExitStatus.USAGE;
  }

  /**
   * Prints the failure. The message comes last, because programs that run this one use its last
   * line.
   */
  private static int fail(String command, Exception e) {
    if ("1".equals(System.getenv("CRJVM_DEBUG"))) {
      e.printStackTrace();
    }
    System.err.println("crjvm: " + Names.visible(CommandFailure.explain(command, e)));
    return ExitStatus.FAILED;
  }
}
