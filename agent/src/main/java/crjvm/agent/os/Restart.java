package crjvm.agent.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * This process's command, to be started again in place: same process id, standard streams,
 * inherited descriptors and working directory.
 */
public final class Restart {
  private final Path program;
  private final List<byte[]> arguments; // the first is the program's name
  private final List<byte[]> environment;

  private Restart(Path program, List<byte[]> arguments, List<byte[]> environment) {
    this.program = program;
    this.arguments = arguments;
    this.environment = environment;
  }

  /** With the arguments and the environment that the process was started with. */
  public static Restart ofThisProcess() throws IOException {
    return new Restart(
        ProcessFiles.executable(),
        new ArrayList<>(ProcessFiles.rawWords("cmdline")),
        new ArrayList<>(ProcessFiles.rawWords("environ")));
  }

  public Path program() {
    return program;
  }

  /** The user's own ones come after them, and win. */
  public void insertOptions(List<String> options) {
    arguments.addAll(1, options.stream().map(Restart::bytes).toList());
  }

  /** Takes away what an earlier restart has put in. */
  public void removeInserted(List<String> options) {
    List<byte[]> first = arguments.subList(1, Math.min(1 + options.size(), arguments.size()));
    if (first.stream().map(Restart::text).toList().equals(options)) {
      first.clear();
    }
  }

  /**
   * Takes options of the JVM away.
   *
   * @param ofApplication how many of the last arguments are the application's
   * @return whether there were some
   */
  public boolean removeOptions(int ofApplication, Predicate<String> which) {
    int end = Math.max(1, arguments.size() - ofApplication);
    return arguments.subList(1, end).removeIf(each -> which.test(text(each)));
  }

  public void setVariable(String name, String value) {
    environment.removeIf(each -> text(each).startsWith(name + "="));
    environment.add(bytes(name + "=" + value));
  }

  /**
   * Does not return.
   *
   * @throws IOException the process is as it was
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
