package crjvm.agent.portable;

import crjvm.agent.message.Failure;
import crjvm.agent.os.Kernel;
import crjvm.agent.os.NativeEncoding;
import crjvm.agent.os.OpenFile;
import crjvm.agent.os.ProcessFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts this process's command again, in place: same process id, streams and working directory.
 * The application has not begun yet.
 */
final class Restart {
  private Restart() {}

  /**
   * Does not return.
   *
   * @param options for the JVM; the user's own ones come after them and win
   * @param value of {@code variable}
   * @throws Failure the process is as it was
   */
  static void with(List<String> options, String variable, String value) throws Failure {
    try {
      Path program = ProcessFiles.executable();
      if (!program.getFileName().toString().equals("java")) {
        throw new Failure(
            PortableJvm.WHAT,
            "the JVM has to be started again with other options, and \""
                + program
                + "\" is not the java command",
            "start the application with java, or leave out portable=");
      }
      List<byte[]> arguments = new ArrayList<>(ProcessFiles.rawWords("cmdline"));
      arguments.addAll(
          1, options.stream().map(each -> each.getBytes(NativeEncoding.CHARSET)).toList());
      List<byte[]> environment = new ArrayList<>();
      for (byte[] each : ProcessFiles.rawWords("environ")) {
        if (!new String(each, NativeEncoding.CHARSET).startsWith(variable + "=")) {
          environment.add(each);
        }
      }
      environment.add((variable + "=" + value).getBytes(NativeEncoding.CHARSET));
      closeOwn();
      Kernel.execute(program, arguments, environment);
    } catch (IOException e) {
      throw new Failure(
          PortableJvm.WHAT,
          "the JVM could not be started again (" + e.getMessage() + ")",
          "see that /proc is mounted",
          e);
    }
  }

  /**
   * Not every JDK opens its files so that they end with the program. The first that a JVM keeps
   * open is its modules file: what has a higher number is its own, what was inherited has a lower
   * one.
   */
  private static void closeOwn() throws IOException {
    String modules =
        Path.of(System.getProperty("java.home"), "lib", "modules").toRealPath().toString();
    boolean own = false;
    for (OpenFile file : OpenFile.all()) {
      own |= file.target().equals(modules);
      if (own) {
        Kernel.closeOnExecute(file.number());
      }
    }
  }
}
