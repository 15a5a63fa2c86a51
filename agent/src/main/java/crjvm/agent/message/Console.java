package crjvm.agent.message;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The agent's messages on stderr. They go to the stream of the process, even if the application has
 * replaced {@code System.err}.
 */
public final class Console {
  private static final boolean DEBUG = "1".equals(System.getenv("CRJVM_DEBUG"));
  private static final PrintStream ERR =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset());

  /** The file that replaces stderr. It is opened for each message, so that no image has it open. */
  private static volatile Path log;

  private static volatile Thread collector;
  private static volatile List<String> collected;

  private Console() {}

  /**
   * Writes later messages to the end of a file. Messages that can't be written are lost.
   *
   * @param file the file, or null for stderr
   */
  public static void setLog(Path file) {
    log = file;
  }

  /** Returns whether {@code CRJVM_DEBUG=1} asks for stack traces, and for evidence to be kept. */
  public static boolean isDebug() {
    return DEBUG;
  }

  public static void say(String line) {
    List<String> lines = collector == Thread.currentThread() ? collected : null;
    if (lines != null) {
      lines.add(line);
      return;
    }
    write("crjvm: " + line);
  }

  /**
   * Puts later messages of this thread into a list instead. Only one thread may do so at a time.
   */
  public static void beginCollection(List<String> lines) {
    collected = lines;
    collector = Thread.currentThread();
  }

  public static void endCollection() {
    collector = null;
    collected = null;
  }

  public static void report(Failure failure) {
    say(failure.getMessage());
    trace(failure);
  }

  public static void trace(Throwable reason) {
    if (DEBUG) {
      StringWriter trace = new StringWriter();
      reason.printStackTrace(new PrintWriter(trace));
      write(trace.toString().stripTrailing());
    }
  }

  /** Writes text without the usual prefix, such as a stack trace or a line for a program. */
  public static void write(String text) {
    Path file = log;
    if (file == null) {
      ERR.println(text);
      return;
    }
    try {
      Files.writeString(file, text + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      // The application must not notice.
    }
  }

  private static Charset charset() {
    String name = System.getProperty("stderr.encoding"); // since JDK 19
    try {
      return name == null ? Charset.defaultCharset() : Charset.forName(name);
    } catch (IllegalArgumentException e) {
      return Charset.defaultCharset();
    }
  }
}
