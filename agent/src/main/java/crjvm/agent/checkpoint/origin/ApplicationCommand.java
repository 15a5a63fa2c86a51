package crjvm.agent.checkpoint.origin;

import crjvm.agent.portable.PortableJvm;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command that starts the application without an image, put together from what the JVM knows
 * about its start.
 *
 * @param vm the java executable and the VM options, without those that serve the checkpoint
 * @param main {@code -jar FILE}, {@code -m MODULE} or the main class
 * @param arguments the arguments of the application
 */
public record ApplicationCommand(List<String> vm, List<String> main, List<String> arguments) {
  /**
   * This property makes Spring ask for a checkpoint. Without an implementation of org.crac, Spring
   * would not start.
   */
  private static final String SPRING_CHECKPOINT = "-Dspring.context.checkpoint=";

  /**
   * The information that the JVM has about its start.
   *
   * @param executable the absolute path of the java executable
   * @param inputArguments the arguments of RuntimeMXBean, which lack class path, main class and
   *     arguments
   * @param commandLine the command line that the kernel got, with the words of argument files if
   *     they could be read
   * @param javaCommand {@code sun.java.command}: main class or jar and arguments, joined by spaces
   * @param classPath {@code java.class.path}
   * @param agentJar the jar of crjvm
   */
  record Source(
      Path executable,
      List<String> inputArguments,
      List<String> commandLine,
      String javaCommand,
      String classPath,
      Path workingDirectory,
      Path agentJar) {}

  static ApplicationCommand of(Source source) {
    List<String> rest = mainAndArguments(source);
    String before = wordBefore(source, rest.size());
    String name = rest.isEmpty() ? "" : rest.get(0);
    List<String> main;
    boolean isJar = before.equals("-jar") || name.equals(source.classPath());
    if (isJar) {
      main = List.of("-jar", source.workingDirectory().resolve(name).normalize().toString());
    } else if (before.equals("-m") || before.equals("--module") || name.indexOf('/') > 0) {
      main = List.of("-m", name);
    } else {
      main = List.of(name);
    }
    List<String> vm = new ArrayList<>();
    vm.add(source.executable().toString());
    List<String> options = new ArrayList<>(source.inputArguments());
    // A normal start may use all features of its CPU.
    List<String> inserted = PortableJvm.inserted(options);
    int at = Collections.indexOfSubList(options, inserted);
    options.subList(at, at + inserted.size()).clear();
    options.stream()
        .filter(each -> !isOwn(each, source) && !each.startsWith(SPRING_CHECKPOINT))
        .forEach(vm::add);
    if (!isJar && !source.classPath().isEmpty()) {
      vm.add("-cp");
      vm.add(absolute(source.classPath(), source.workingDirectory()));
    }
    List<String> arguments = rest.isEmpty() ? rest : rest.subList(1, rest.size());
    return new ApplicationCommand(vm, main, List.copyOf(arguments));
  }

  ApplicationCommand withArguments(List<String> others) {
    return new ApplicationCommand(vm, main, List.copyOf(others));
  }

  /**
   * Returns the command with the properties of a restore. It leaves out crjvm's own properties,
   * which have no meaning at a normal start.
   *
   * @param properties texts of the form {@code name=value}
   */
  ApplicationCommand withProperties(List<String> properties) {
    List<String> options = new ArrayList<>(vm);
    for (String property : properties) {
      String name = property.split("=", 2)[0];
      if (name.isEmpty() || name.startsWith("crjvm.")) {
        continue;
      }
      options.removeIf(each -> each.equals("-D" + name) || each.startsWith("-D" + name + "="));
      options.add("-D" + property);
    }
    return new ApplicationCommand(List.copyOf(options), main, arguments);
  }

  /**
   * Returns the command with the HotSpot options of a restore.
   *
   * @param others {@code -XX:+Name}, {@code -XX:-Name} or {@code -XX:Name=Value}
   */
  ApplicationCommand withVmOptions(List<String> others) {
    List<String> options = new ArrayList<>(vm);
    for (String other : others) {
      options.removeIf(each -> each.startsWith("-XX:") && vmName(each).equals(vmName(other)));
      options.add(other);
    }
    return new ApplicationCommand(List.copyOf(options), main, arguments);
  }

  private static String vmName(String option) {
    return option.replaceFirst("-XX:[-+]?", "").split("=", 2)[0];
  }

  /**
   * Returns the end of the command line that equals {@code sun.java.command}, because the latter
   * does not show which spaces are parts of an argument.
   */
  private static List<String> mainAndArguments(Source source) {
    return ending(source.commandLine(), source.javaCommand())
        .orElseGet(() -> List.of(source.javaCommand().split(" ")));
  }

  /**
   * Returns the end of a command line that makes up a text if its words are joined by spaces. The
   * JVM may have lost characters of the text that its locale does not have.
   */
  static Optional<List<String>> ending(List<String> line, String text) {
    String visible = visible(text);
    for (int i = line.size() - 1; i > 0; i--) {
      List<String> end = line.subList(i, line.size());
      if (visible(String.join(" ", end)).equals(visible)) {
        return Optional.of(end);
      }
    }
    return Optional.empty();
  }

  /** Returns the options with the characters that the command line has and the JVM has lost. */
  static List<String> complete(List<String> options, List<String> line) {
    Map<String, String> words = new HashMap<>();
    line.forEach(word -> words.put(visible(word), word));
    return options.stream()
        .map(
            option -> {
              String visible = visible(option);
              return visible.equals(option) ? option : words.getOrDefault(visible, option);
            })
        .toList();
  }

  /** Returns a text with one sign for characters that are not in every locale. */
  private static String visible(String text) {
    return text.replaceAll("[^\\x00-\\x3e\\x40-\\x7e]+", "\\uFFFD");
  }

  private static String wordBefore(Source source, int count) {
    int index = source.commandLine().size() - count - 1;
    return index < 1 ? "" : source.commandLine().get(index);
  }

  private static boolean isOwn(String argument, Source source) {
    if (!argument.startsWith("-javaagent:")) {
      return false;
    }
    String path = argument.substring("-javaagent:".length());
    int equals = path.indexOf('=');
    String jar = equals < 0 ? path : path.substring(0, equals);
    return source.workingDirectory().resolve(jar).normalize().equals(source.agentJar());
  }

  private static String absolute(String classPath, Path directory) {
    List<String> entries = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      entries.add(directory.resolve(entry).normalize().toString());
    }
    return String.join(File.pathSeparator, entries);
  }
}
