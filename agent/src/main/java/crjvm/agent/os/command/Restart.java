package crjvm.agent.os.command;

import crjvm.agent.os.descriptor.InheritedFiles;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.NativeEncoding;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The restart of this process's command in place, with the same process id, standard streams,
 * inherited descriptors and working directory.
 */
public final class Restart {
  private Path program;
  private final List<byte[]> arguments; // the first is the program's name
  private final List<byte[]> environment;

  private Restart(Path program, List<byte[]> arguments, List<byte[]> environment) {
    this.program = program;
    this.arguments = arguments;
    this.environment = environment;
  }

  /**
   * Returns a restart with the arguments and the environment with which this process was started.
   */
  public static Restart ofThisProcess() throws IOException {
    return new Restart(
        ProcessFiles.executable(),
        new ArrayList<>(ProcessFiles.rawWords("cmdline")),
        new ArrayList<>(ProcessFiles.rawWords("environ")));
  }

  public Path program() {
    return program;
  }

  /** Inserts options before the user's own, which therefore take precedence. */
  public void insertOptions(List<String> options) {
    arguments.addAll(1, options.stream().map(Restart::bytes).toList());
  }

  /** Removes the options that an earlier restart has inserted. */
  public void removeInserted(List<String> options) {
    List<byte[]> first = arguments.subList(1, Math.min(1 + options.size(), arguments.size()));
    if (first.stream().map(Restart::text).toList().equals(options)) {
      first.clear();
    }
  }

  /**
   * Removes options of the JVM.
   *
   * @param ofApplication the number of arguments at the end that belong to the application
   * @return whether there were such options
   */
  public boolean removeOptions(int ofApplication, Predicate<String> which) {
    int end = Math.max(1, arguments.size() - ofApplication);
    return arguments.subList(1, end).removeIf(each -> which.test(text(each)));
  }

  /**
   * Makes another program start this one.
   *
   * @param starter executes the path behind its own arguments, with the words behind that as the
   *     name and the arguments
   * @param words the starter's own arguments
   */
  public void startBy(Path starter, List<String> words) {
    List<byte[]> before = new ArrayList<>(List.of(bytes(starter.toString())));
    words.stream().map(Restart::bytes).forEach(before::add);
    before.add(bytes(program.toString()));
    arguments.addAll(0, before);
    program = starter;
  }

  public void setVariable(String name, String value) {
    environment.removeIf(each -> text(each).startsWith(name + "="));
    environment.add(bytes(name + "=" + value));
  }

  /**
   * Restarts the process. It does not return.
   *
   * @throws IOException the process is unchanged
   */
  public void execute(InheritedFiles inherited) throws IOException {
    inherited.closeOthersOnExecute();
    Kernel.execute(program, arguments, environment);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(NativeEncoding.CHARSET);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, NativeEncoding.CHARSET);
  }
}
