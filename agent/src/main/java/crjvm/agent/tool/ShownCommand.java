package crjvm.agent.tool;

import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.JdkInside;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The command line as a tool sees it: the property {@code sun.java.command} with the arguments of a
 * restored process, and {@code RuntimeMXBean.getInputArguments()} without the agent. A tool that
 * starts other JVMs passes these options on. With the agent among them, each of these JVMs would be
 * trained, and make an image in place of the tool's.
 */
public final class ShownCommand {
  private static final String COMMAND = "sun.java.command";
  private static final String OPTION = "-javaagent:";

  private ShownCommand() {}

  /**
   * Removes the agent's option, before the tool runs for the first time.
   *
   * @param agent the agent's jar
   */
  public static void hideAgent(Instrumentation instrumentation, Path agent) {
    List<String> options =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> !isAgent(option, agent))
            .toList();
    try {
      Class<?> helper = JdkInside.type("sun.management.ManagementFactoryHelper");
      Module own = ShownCommand.class.getModule();
      instrumentation.redefineModule(
          helper.getModule(),
          Set.of(),
          Map.of(),
          Map.of(helper.getPackageName(), Set.of(own)),
          Set.of(),
          Map.of());
      Object management = JdkInside.field(helper, "jvm").get(null);
      JdkInside.mutableField(management.getClass(), "vmArgs").set(management, options);
    } catch (ReflectiveOperationException | RuntimeException e) {
      JdkLack.lose("the application sees crjvm's agent among the JVM's options", e);
    }
  }

  /**
   * Returns whether the JVM option loads the agent.
   *
   * @param agent the agent's jar
   */
  public static boolean isAgent(String option, Path agent) {
    if (!option.startsWith(OPTION)) {
      return false;
    }
    try {
      Path jar = Path.of(option.substring(OPTION.length()).split("=", 2)[0]);
      return Files.isSameFile(jar, agent);
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  /**
   * Sets the arguments in a restored process.
   *
   * @param before the arguments of the checkpoint
   */
  public static void setArguments(List<String> before, List<String> arguments) {
    System.setProperty(COMMAND, command(System.getProperty(COMMAND, ""), before, arguments));
  }

  static String command(String command, List<String> before, List<String> arguments) {
    String end = before.isEmpty() ? "" : " " + String.join(" ", before);
    int length = command.endsWith(end) ? command.length() - end.length() : command.length();
    String program = command.substring(0, length);
    return arguments.isEmpty() ? program : program + " " + String.join(" ", arguments);
  }
}
